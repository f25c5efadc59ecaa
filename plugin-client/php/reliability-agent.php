<?php
/**
 * Plugin Name: Reliability Agent
 * Description: Watches one plugin of this shop for Reliability Center: reports how it fares, updates it by signed commands, and takes a bad version back by itself.
 * Version: 1.0.0
 * Requires PHP: 7.4
 *
 * A must-use plugin: WordPress loads it before every other plugin, so it outlives the plugin it watches.
 */

namespace Reliability\Agent;

if (!defined('ABSPATH')) {
    exit;
}

require_once __DIR__ . '/reliability-agent/boot.php';

boot(defined('RELIABILITY_AGENT_DIR') ? RELIABILITY_AGENT_DIR : dirname(ABSPATH) . '/reliability-agent');
