<?php
// Brings the database to the last of these versions.
require 'services.php';

const MIGRATIONS = [
    'CREATE TABLE visits (page VARCHAR(200) PRIMARY KEY, count INT NOT NULL)',
    'ALTER TABLE visits ADD COLUMN last TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP',
];

$database = database();
$database->exec('CREATE TABLE IF NOT EXISTS migrations (version INT PRIMARY KEY)');
$version = (int) $database->query('SELECT COALESCE(MAX(version), 0) FROM migrations')->fetchColumn();
foreach (array_slice(MIGRATIONS, $version, null, true) as $index => $statement) {
    $database->exec($statement);
    $database->prepare('INSERT INTO migrations VALUES (?)')->execute([$index + 1]);
    echo 'migration ', $index + 1, " done\n";
}
