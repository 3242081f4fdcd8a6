<?php
// Counts visits in MariaDB and remembers for a while, in Redis, what it rendered.
require '../services.php';

const TITLE = 'Hello from PHP, MariaDB and Redis';

$page = substr(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), 0, 200);
$count = database()->prepare('INSERT INTO visits (page, count) VALUES (?, 1) ON DUPLICATE KEY UPDATE count = count + 1');
$count->execute([$page]);

$cache = cache();
$text = $cache->get("page:$page");
if ($text === false) {
    $text = 'rendered at ' . date('H:i:s');
    $cache->setEx("page:$page", 60, $text);
}
$visits = database()->prepare('SELECT count FROM visits WHERE page = ?');
$visits->execute([$page]);
header('Content-Type: application/json');
echo json_encode(['title' => TITLE, 'visits' => (int) $visits->fetchColumn(), 'text' => $text]), "\n";
