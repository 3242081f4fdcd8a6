<?php
header('Content-Type: text/html; charset=utf-8');
$path = htmlspecialchars(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
?>
<h1>Hello from PHP <?= PHP_MAJOR_VERSION ?></h1>
<p>You asked for <?= $path ?></p>
