<?php
// Runs a statement in a relationship's database, for hooks: php sql.php RELATIONSHIP "STATEMENT"
$to = json_decode(base64_decode(getenv('PLATFORM_RELATIONSHIPS')), true)[$argv[1]][0];
$place = "{$to['scheme']}:host={$to['host']};port={$to['port']};dbname={$to['path']}";
$database = new PDO($place, $to['username'], $to['password'], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$database->exec($argv[2]);
