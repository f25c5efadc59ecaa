<?php

namespace Reliability\Agent;

/**
 * Preflight of the files: does an unpacked folder hold the package it claims to be, with the main file that WordPress loads, and does
 * every PHP file in it parse?
 *
 * @param string|null $name null accepts any
 * @return string|null the problem, or null when the package is sound
 */
function check_package(string $folder, ?string $name, string $version, string $main): ?string
{
    $path = "$folder/plugin.json";
    if (!is_file($path)) {
        return 'plugin.json is missing';
    }
    if (filesize($path) > Limits::MANIFEST_BYTES) {
        return 'plugin.json is too long';
    }
    $manifest = read_json($path);
    if ($manifest === null) {
        return 'plugin.json is unreadable';
    }
    if ($name !== null && ($manifest['name'] ?? null) !== $name) {
        return 'plugin.json has another name';
    }
    if (($manifest['version'] ?? null) !== $version) {
        return 'plugin.json has another version';
    }
    // WordPress keeps the path of the main file in its list of active plugins: under another name it would load nothing.
    if (($manifest['main'] ?? null) !== $main || !is_file("$folder/$main")) {
        return "plugin.json names no main file $main";
    }
    return find_parse_error($folder);
}

function find_parse_error(string $folder): ?string
{
    if (!function_exists('token_get_all')) {
        return null;
    }
    foreach (list_files($folder) as $path) {
        if (substr($path, -4) !== '.php') {
            continue;
        }
        try {
            token_get_all((string) file_get_contents("$folder/$path"), TOKEN_PARSE);
        } catch (\ParseError $error) {
            return "$path does not parse (line {$error->getLine()})";
        }
    }
    return null;
}
