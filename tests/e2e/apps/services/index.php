<?php
// Does to services what its URL and the body of a request say:
//   /                    "VERSION"; a POST keeps its body in the table `seen` of the relationship `database`
//   /relationships       all of them
//   /environment/NAME    a variable
//   /sql/RELATIONSHIP    runs the body; the rows, each a list
//   /ask/RELATIONSHIP    sends the body and returns what comes back at once
//   /reach/HOST:PORT     whether somebody accepts a connection there
const VERSION = 'one';

function relationship(string $name): array {
    return json_decode(base64_decode(getenv('PLATFORM_RELATIONSHIPS')), true)[$name][0];
}

function sql(string $name, string $statement): array {
    $to = relationship($name);
    $place = "{$to['scheme']}:host={$to['host']};port={$to['port']};dbname={$to['path']}";
    $database = new PDO($place, $to['username'], $to['password'], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    $result = $database->query($statement);
    return $result->columnCount() ? $result->fetchAll(PDO::FETCH_NUM) : [];
}

function ask(string $name, string $message): string {
    $to = relationship($name);
    $connection = stream_socket_client("tcp://{$to['host']}:{$to['port']}", $code, $why, 5);
    if (!$connection) throw new Exception($why);
    stream_set_timeout($connection, 5);
    fwrite($connection, $message);
    return mb_convert_encoding((string) fread($connection, 65536), 'UTF-8', 'ISO-8859-1');
}

function keep(string $id): string {
    sql('database', "INSERT INTO seen VALUES ('" . preg_replace('/[^\w-]/', '', $id) . "')");
    return VERSION;
}

function answer(string $what, string $which, string $body): mixed {
    return match ($what) {
        'relationships' => json_decode(base64_decode(getenv('PLATFORM_RELATIONSHIPS')), true),
        'environment' => getenv($which),
        'sql' => sql($which, $body),
        'ask' => ask($which, $body),
        'reach' => (bool) @stream_socket_client("tcp://$which", $code, $why, 2),
        default => $_SERVER['REQUEST_METHOD'] === 'POST' ? keep($body) : VERSION,
    };
}

try {
    [$what, $which] = explode('/', trim(strtok($_SERVER['REQUEST_URI'], '?'), '/'), 2) + ['', ''];
    $text = json_encode(answer($what, $which, file_get_contents('php://input')));
} catch (Throwable $problem) {
    http_response_code(500);
    $text = json_encode($problem->getMessage());
}
header('Content-Type: application/json');
header('Content-Length: ' . strlen($text));
echo $text;
