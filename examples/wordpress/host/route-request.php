<?php
/** What nginx' try_files does, for `php -S`: files are served, everything else is WordPress' own. */

$path = $_SERVER['DOCUMENT_ROOT'] . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path) && substr($path, -4) !== '.php') {
    return false;
}
$script = is_file($path) ? $path : (is_file("$path/index.php") ? rtrim($path, '/') . '/index.php' : "{$_SERVER['DOCUMENT_ROOT']}/index.php");
$_SERVER['SCRIPT_FILENAME'] = $script;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = substr($script, strlen($_SERVER['DOCUMENT_ROOT']));
chdir(dirname($script));
require $script;
