<?php
// The relationships `database` and `cache`.

function database(): PDO {
    $place = sprintf('mysql:host=%s;port=%s;dbname=%s;charset=utf8mb4', getenv('DATABASE_HOST'), getenv('DATABASE_PORT'), getenv('DATABASE_PATH'));
    return new PDO($place, getenv('DATABASE_USERNAME'), getenv('DATABASE_PASSWORD'));
}

function cache(): Redis {
    $cache = new Redis();
    $cache->connect(getenv('CACHE_HOST'), (int) getenv('CACHE_PORT'));
    return $cache;
}
