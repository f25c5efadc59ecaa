<?php

namespace Reliability\Agent;

const VERSION_PATTERN = '/\A(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\z/';

/**
 * Reads a semantic version. The pattern holds no slash and no leading dot, so a version that parses is also safe as a folder's name.
 *
 * @param mixed $text
 * @return array{0: int[], 1: string[]}|null its numbers and pre-release identifiers, null when the text is no version
 */
function parse_version($text): ?array
{
    if (!is_string($text) || strlen($text) > Limits::NAME_CHARS || !preg_match(VERSION_PATTERN, $text, $found)) {
        return null;
    }
    $pre = isset($found[4]) && $found[4] !== '' ? explode('.', $found[4]) : [];
    return [[(int) $found[1], (int) $found[2], (int) $found[3]], $pre];
}

/**
 * Orders two versions by Semantic Versioning 2.0.0, clause 11: negative when $a comes first, 0 for equal precedence.
 *
 * @throws \RangeException when either is no version
 */
function compare_versions(string $a, string $b): int
{
    $left = parse_version($a);
    $right = parse_version($b);
    if ($left === null || $right === null) {
        throw new \RangeException("not versions: $a, $b");
    }
    if ($left[0] !== $right[0]) {
        return $left[0] <=> $right[0];
    }
    if ($left[1] === [] || $right[1] === []) {
        return count($right[1]) - count($left[1]); // a release comes after its own pre-releases
    }
    for ($i = 0; $i < min(count($left[1]), count($right[1])); $i++) {
        $order = compare_identifiers($left[1][$i], $right[1][$i]);
        if ($order !== 0) {
            return $order;
        }
    }
    return count($left[1]) - count($right[1]);
}

/** True when the first number differs: the step that needs people. */
function is_major_step(string $a, string $b): bool
{
    $left = parse_version($a);
    $right = parse_version($b);
    return $left === null || $right === null || $left[0][0] !== $right[0][0];
}

function compare_identifiers(string $a, string $b): int
{
    $aIsNumber = ctype_digit($a);
    $bIsNumber = ctype_digit($b);
    if ($aIsNumber && $bIsNumber) {
        return (float) $a <=> (float) $b;
    }
    if ($aIsNumber !== $bIsNumber) {
        return $aIsNumber ? -1 : 1;
    }
    return strcmp($a, $b);
}
