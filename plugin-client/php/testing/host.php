<?php
/**
 * The few functions of WordPress that the agent calls, as a host for its tests: `php -S 127.0.0.1:PORT host.php` with SITE in the
 * environment. It loads must-use plugins, then active plugins, then serves a page, in WordPress' order. The real WordPress is tested in
 * examples/wordpress; here it is speed that counts, and being able to end a process at any step.
 */

define('ABSPATH', getenv('SITE') . '/web/');
define('WP_CONTENT_DIR', ABSPATH . 'wp-content');
define('WP_PLUGIN_DIR', WP_CONTENT_DIR . '/plugins');
define('RELIABILITY_AGENT_DIR', getenv('SITE') . '/agent');

$host = json_decode(file_get_contents(getenv('SITE') . '/host.json'), true);
if ($host['chaos'] !== '') {
    define('RELIABILITY_AGENT_CHAOS', $host['chaos']);
}
$wp_version = '6.1';
$hooks = [];

function add_filter($name, $callback, $priority = 10)
{
    global $hooks;
    $hooks[$name][$priority][] = $callback;
    ksort($hooks[$name]);
}

function add_action($name, $callback, $priority = 10)
{
    add_filter($name, $callback, $priority);
}

function remove_filter($name, $callback)
{
    global $hooks;
    foreach ($hooks[$name] ?? [] as $priority => $callbacks) {
        $hooks[$name][$priority] = array_filter($callbacks, fn($one) => $one !== $callback);
    }
}

function apply_filters($name, $value)
{
    global $hooks;
    foreach ($hooks[$name] ?? [] as $callbacks) {
        foreach ($callbacks as $callback) {
            $value = $callback($value);
        }
    }
    return $value;
}

function do_action($name)
{
    apply_filters($name, null);
}

function __return_null()
{
    return null;
}

function get_option($name, $default = false)
{
    global $host;
    return apply_filters("option_$name", $host[$name] ?? $default);
}

function home_url($path)
{
    return "http://{$_SERVER['HTTP_HOST']}$path";
}

function admin_url($path)
{
    return home_url("/wp-admin/$path");
}

function status_header($status)
{
    http_response_code($status);
}

function wp_next_scheduled()
{
    return true;
}

final class WP_Error
{
    public function __construct(private string $message)
    {
    }

    public function get_error_message()
    {
        return $this->message;
    }
}

function is_wp_error($value)
{
    return $value instanceof WP_Error;
}

function wp_remote_get($url, $options)
{
    return wp_remote_request($url, $options);
}

function wp_remote_post($url, $options)
{
    return wp_remote_request($url, $options + ['method' => 'POST']);
}

/** As WordPress does it with curl: a body that reaches its limit is cut off there, and that is no error. */
function wp_remote_request($url, $options)
{
    $limit = $options['limit_response_size'] ?? PHP_INT_MAX;
    $file = isset($options['filename']) ? fopen($options['filename'], 'wb') : null;
    $body = '';
    $taken = 0;
    $answer = ['headers' => []];
    $lines = array_map(fn($name, $value) => "$name: $value", array_keys($options['headers'] ?? []), $options['headers'] ?? []);
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_HTTPHEADER => $lines,
        CURLOPT_TIMEOUT_MS => (int) max(10, ($options['timeout'] ?? 5) * 1000),
        CURLOPT_FORBID_REUSE => true,
        CURLOPT_WRITEFUNCTION => function ($curl, $bytes) use (&$body, &$taken, $limit, $file) {
            $part = substr($bytes, 0, $limit - $taken);
            $taken += strlen($part);
            $written = $file ? fwrite($file, $part) : strlen($part);
            $body .= $file ? '' : $part;
            return $part === $bytes ? $written : 0;
        },
        CURLOPT_HEADERFUNCTION => function ($curl, $line) use (&$answer) {
            $parts = explode(':', $line, 2);
            if (count($parts) === 2) {
                $answer['headers'][strtolower($parts[0])] = trim($parts[1]);
            }
            return strlen($line);
        },
    ]);
    if (($options['method'] ?? 'GET') === 'POST') {
        curl_setopt($curl, CURLOPT_POSTFIELDS, $options['body']);
    }
    curl_exec($curl);
    if ($file) {
        fclose($file);
    }
    $isCut = curl_errno($curl) === CURLE_WRITE_ERROR && $taken === $limit;
    if (curl_errno($curl) !== 0 && !$isCut) {
        return new WP_Error(curl_error($curl));
    }
    return $answer + ['body' => $body, 'response' => ['code' => curl_getinfo($curl, CURLINFO_RESPONSE_CODE)]];
}

function wp_remote_retrieve_body($answer)
{
    return $answer['body'];
}

function wp_remote_retrieve_response_code($answer)
{
    return $answer['response']['code'];
}

function wp_remote_retrieve_header($answer, $name)
{
    return $answer['headers'][$name] ?? '';
}

require getenv('AGENT');
do_action('muplugins_loaded');
foreach (get_option('active_plugins', []) as $main) {
    if (is_file(WP_PLUGIN_DIR . "/$main")) {
        include_once WP_PLUGIN_DIR . "/$main";
    }
}
do_action('plugins_loaded');
do_action('init');
do_action('wp_loaded');
echo apply_filters('the_page', 'shop');
