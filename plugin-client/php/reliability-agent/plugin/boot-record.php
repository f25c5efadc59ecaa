<?php

namespace Reliability\Agent;

/**
 * Which start of the plugin this is. PHP has no process to start, so a start is what makes other code or another configuration run: a
 * swap, a new configuration, a restart.
 *
 * @return array{boot_id: string, base: array<string, int|float>|null} base: the counters when this start was first seen, null before that
 */
function read_boot(Layout $layout): array
{
    $boot = read_json($layout->boot);
    return isset($boot['boot_id']) && is_string($boot['boot_id']) ? $boot + ['base' => null] : begin_boot($layout);
}

/** Notes a new start. */
function begin_boot(Layout $layout): array
{
    $boot = ['boot_id' => uuid4(), 'base' => null];
    write_durably($layout->boot, to_json($boot));
    return $boot;
}

/**
 * A plugin may keep its counters over versions, but Center reads them as "since this start": so where they stood is kept, as the first
 * sound answer of the start says. An older answer would put the last failures of the former version on the new one's account.
 */
function keep_base(Layout $layout, array $health): array
{
    $boot = read_boot($layout);
    if ($boot['base'] === null) {
        $boot['base'] = $health['counters'];
        write_durably($layout->boot, to_json(['base' => (object) $boot['base']] + $boot));
    }
    return $boot;
}

/** @return array<string, int|float> counters since this start; empty when the plugin names none */
function counters_since_boot(array $boot, ?array $health): array
{
    if ($boot['base'] === null) {
        return [];
    }
    $counters = [];
    foreach (COUNTERS as $name) {
        if (!isset($health['counters'][$name])) {
            continue;
        }
        $now = $health['counters'][$name];
        $base = $boot['base'][$name] ?? 0;
        $counters[$name] = $now >= $base ? $now - $base : $now; // less than before: the plugin began to count anew
    }
    return $counters;
}
