<?php

namespace Reliability\Agent;

/**
 * Has PHP forget the compiled form of every file that was or is in place. Without it a host that does not look at files again
 * (opcache.validate_timestamps=0) goes on running the former code, and a fatal version answers 200.
 *
 * @param string[] $former files of the version that was in place, relative
 */
function forget_opcodes(Layout $layout, array $former): void
{
    clearstatcache(true);
    if (function_exists('opcache_invalidate')) {
        foreach (array_unique(array_merge($former, list_files($layout->place))) as $path) {
            if (substr($path, -4) === '.php') {
                @opcache_invalidate("$layout->place/$path", true); // false where the host forbids it: the proof of the running version decides
            }
        }
    }
    if (function_exists('wp_clean_plugins_cache')) {
        wp_clean_plugins_cache(false);
    }
}
