<?php
/** Prints every place below the folder in argv[1] that PHP 7.4 could not read or does not know, one a line. */

const NEWER_WORDS = ['match', 'enum', 'readonly', 'never', 'mixed'];
const NEWER_FUNCTIONS = ['str_contains', 'str_starts_with', 'str_ends_with', 'array_is_list', 'get_debug_type', 'array_find', 'json_validate', 'array_any', 'array_all', 'fdiv', 'get_resource_id',
    'preg_last_error_msg', 'fsync', 'fdatasync', 'mb_str_pad', 'mb_trim', 'str_increment', 'ini_parse_quantity', 'memory_reset_peak_usage'];
/** Words after which a function may be called that 7.4 does not have: the file asks first. */
const ASKS_FIRST = 'function_exists';

$files = new RegexIterator(new RecursiveIteratorIterator(new RecursiveDirectoryIterator($argv[1])), '/\.php$/');
foreach ($files as $file) {
    $tokens = array_values(array_filter(
        array_map(fn($one) => is_array($one) ? $one : [0, $one, 0], token_get_all(file_get_contents($file), TOKEN_PARSE)),
        fn($one) => !in_array($one[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true)
    ));
    foreach ($tokens as $i => [$kind, $text, $line]) {
        $next = $tokens[$i + 1][1] ?? '';
        $previous = $tokens[$i - 1][1] ?? '';
        $isCall = $next === '(' && !in_array($previous, ['->', '::', 'function'], true);
        $problem = null;
        if (in_array($kind, [T_NULLSAFE_OBJECT_OPERATOR, T_ATTRIBUTE, T_MATCH, T_ENUM, T_READONLY], true)) {
            $problem = $text;
        } elseif ($isCall && in_array(strtolower(ltrim($text, '\\')), NEWER_FUNCTIONS, true) && !asksFor($tokens, strtolower(ltrim($text, '\\')))) {
            $problem = "$text()";
        } elseif ($kind === T_THROW && !in_array($previous, [';', '{', '}', ')', ':', 'else', ''], true)) {
            $problem = 'throw as an expression';
        } elseif ($kind === T_CATCH && catchesWithoutName($tokens, $i)) {
            $problem = 'catch without a variable';
        } elseif ($text === '...' && $previous === '(' && $next === ')') {
            $problem = 'a function by its name and (...)';
        } elseif ($kind === T_STRING && $next === ':' && ($tokens[$i + 2][1] ?? '') !== ':' && in_array($previous, ['(', ','], true)) {
            $problem = 'a named argument';
        } elseif ($kind === T_STATIC && $previous === ':') {
            $problem = 'the type static';
        } elseif ($text === 'class' && $previous === '::' && ($tokens[$i - 2][0] ?? 0) === T_VARIABLE) {
            $problem = '::class of an object';
        } elseif (in_array($kind, [T_PUBLIC, T_PROTECTED, T_PRIVATE], true) && in_array($previous, ['(', ','], true)) {
            $problem = 'a promoted parameter';
        } elseif ($kind === T_STRING && in_array(strtolower($text), NEWER_WORDS, true) && in_array($previous, [':', '(', ',', '?'], true) && $next[0] !== '(') {
            $problem = "the type $text";
        } elseif ($text === '|' && in_array($previous, ['int', 'string', 'array', 'bool', 'float', 'null', 'false'], true)) {
            $problem = 'a union type';
        } elseif ($text === ')' && $previous === ',' && isFunctionHead($tokens, $i)) {
            $problem = 'a comma after the last parameter';
        }
        if ($problem !== null) {
            echo "$file:$line $problem\n";
        }
    }
}

/** Whether the file asks whether there is such a function. */
function asksFor(array $tokens, string $name): bool
{
    foreach ($tokens as $i => $token) {
        if (strtolower($token[1]) === ASKS_FIRST && trim($tokens[$i + 2][1] ?? '', '\'"') === $name) {
            return true;
        }
    }
    return false;
}

/** Whether the brackets of a catch hold types alone. */
function catchesWithoutName(array $tokens, int $i): bool
{
    for ($i++; ($tokens[$i][1] ?? ')') !== ')'; $i++) {
        if ($tokens[$i][0] === T_VARIABLE) {
            return false;
        }
    }
    return true;
}

/** Whether the bracket that closes at $i opened right after `function name` or `fn`. */
function isFunctionHead(array $tokens, int $i): bool
{
    for ($depth = 0; $i >= 0; $i--) {
        $depth += ['(' => -1, ')' => 1][$tokens[$i][1]] ?? 0;
        if ($depth === 0) {
            return in_array(T_FUNCTION, [$tokens[$i - 1][0] ?? 0, $tokens[$i - 2][0] ?? 0], true) || ($tokens[$i - 1][0] ?? 0) === T_FN;
        }
    }
    return false;
}
