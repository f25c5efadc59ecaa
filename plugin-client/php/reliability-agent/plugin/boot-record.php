<?php

namespace Reliability\Agent;

/**
 * Which start of the plugin this is. PHP has no process to start, so a start is what makes other code or another configuration run: a
 * swap, a new configuration, a restart.
 *
 * @return array{boot_id: string, base: array<string, int|float>}
 */
function read_boot(Layout $layout): array
{
    $boot = read_json($layout->boot);
    if (isset($boot['boot_id']) && is_string($boot['boot_id'])) {
        return $boot + ['base' => []];
    }
    return begin_boot($layout, null);
}

/**
 * Notes a new start. A plugin may keep its counters over versions; Center reads them as "since this start", so where they stood is kept.
 *
 * @param array|null $health the plugin's last answer before
 */
function begin_boot(Layout $layout, ?array $health): array
{
    $boot = ['boot_id' => uuid4(), 'base' => $health['counters'] ?? []];
    write_durably($layout->boot, to_json(['boot_id' => $boot['boot_id'], 'base' => (object) $boot['base']]));
    return $boot;
}

/** @return array<string, int|float> counters since this start; empty when the plugin names none */
function counters_since_boot(array $boot, ?array $health): array
{
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
