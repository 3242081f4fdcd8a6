<?php
header('Content-Type: text/plain; charset=utf-8');
echo PHP_SAPI, ' at ', getenv('SOCKET'), ' runs ', $_SERVER['SCRIPT_NAME'], ' with ', $_SERVER['PATH_INFO'] ?? 'nothing', "\n";
error_log('somebody asked what this is');
