<?php
/**
 * The rehearsal in Center's sandbox, where there is no shop: the few functions of WordPress that the plugin calls while it is loaded, and an
 * order of 12.50 whose webhook is caught. What depends on real orders and real data shows only in a shop.
 */

if (PHP_SAPI !== 'cli') {
    exit; // in a shop it is a page like any other
}

const WP_PAY_SECRET = 'rehearsal';
const WP_PAY_WEBHOOK_URL = 'http://payments.invalid/';
const MINUTE_IN_SECONDS = 60;
define('ABSPATH', __DIR__ . '/');

$hooks = [];
$sent = [];
$kept = [];
function add_action($name, $callback) { $GLOBALS['hooks'][$name] = $callback; }
function add_filter($name, $callback) { $GLOBALS['hooks'][$name] = $callback; }
function get_option($name, $default) { return $default; }
function get_transient($name) { return $GLOBALS['kept'][$name] ?? false; }
function set_transient($name, $value, $seconds) { $GLOBALS['kept'][$name] = $value; }
function wp_json_encode($value) { return json_encode($value); }
function is_wp_error($value) { return false; }
function wp_remote_retrieve_response_code($answer) { return $answer; }
function wp_remote_post($url, $options)
{
    $GLOBALS['sent'][] = $options;
    return hash_equals(hash_hmac('sha256', $options['body'], WP_PAY_SECRET), $options['headers']['x-signature']) ? 200 : 401;
}

$checks = [];
require __DIR__ . '/wp-pay.php';
$plugin = json_decode(file_get_contents(__DIR__ . '/plugin.json'), true);
$checks['it hooks into the shop'] = isset($hooks['init'], $hooks['reliability_health'], $hooks['wp_footer']);
$checks['it knows its version'] = $hooks['reliability_health']([])['version'] === $plugin['version'];
$checks['what it sends is signed'] = Shop\Pay\post_webhook('{}', Shop\Pay\sign('{}')) && count($sent) === 1;

$results = [];
foreach ($checks as $name => $isOk) {
    $results[] = ['name' => $name, 'ok' => $isOk];
}
$failed = count(array_filter($checks, static fn(bool $isOk): bool => !$isOk));
echo json_encode(['passed' => count($checks) - $failed, 'failed' => $failed, 'results' => $results]);
exit($failed === 0 ? 0 : 1);
