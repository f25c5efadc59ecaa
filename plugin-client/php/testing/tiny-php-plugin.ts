import { makeArchive } from "../../js/testing/make-archive";

/** How a version of the tiny plugin behaves once it was loaded. */
export type PhpBehaviour =
  | "good"
  | "crashes at boot"
  | "does not parse"
  | "crashes once told to"
  | "runs out of memory once told to"
  | "never answers"
  | "answers as another version"
  | "only the preflight is fooled";

/** The files of one version of a real, very small plugin in two files, so that half a version can be told from a whole one. */
export function tinyPhpPlugin(version: string, behaviour: PhpBehaviour = "good"): Record<string, string> {
  return {
    "plugin.json": JSON.stringify({ name: "tiny", version, main: "tiny.php" }),
    "tiny.php": MAIN.replace("VERSION", version).replace("BEHAVIOUR", behaviour),
    "part.php": behaviour === "does not parse" ? "<?php\nif (\n" : `<?php\nreturn "${version}";\n`,
  };
}

/** The same as an artifact. */
export function tinyPhpArtifact(version: string, behaviour: PhpBehaviour = "good"): Buffer {
  return makeArchive(Object.entries(tinyPhpPlugin(version, behaviour)).map(([path, content]) => ({ path, content })));
}

const MAIN = `<?php
/* Plugin Name: Tiny */
(function () {
    $version = 'VERSION';
    $behaviour = 'BEHAVIOUR';
    $isInPlace = strpos(__DIR__, '/plugins/') !== false;
    $isTold = is_file(getenv('SITE') . '/misbehave');
    file_put_contents(getenv('SITE') . '/starts.log', "$version\\n", FILE_APPEND);
    $part = require __DIR__ . '/part.php';
    if ($behaviour === 'crashes at boot' || ($behaviour === 'only the preflight is fooled' && $isInPlace)) {
        throw new RuntimeException('boom');
    }
    add_action('init', function () use ($behaviour, $isTold) {
        if ($behaviour === 'crashes once told to' && $isTold) {
            nowhere();
        }
        if ($behaviour === 'runs out of memory once told to' && $isTold) {
            str_repeat('x', 1 << 30);
        }
    });
    add_filter('the_page', function ($page) use ($version, $part) {
        return "$page $version $part";
    });
    if ($behaviour === 'never answers') {
        return;
    }
    add_filter('reliability_health', function () use ($version, $behaviour) {
        $config = apply_filters('reliability_config', []);
        return [
            'version' => $behaviour === 'answers as another version' ? '9.9.9' : $version,
            'telemetry' => ['latency_p95_ms' => 12, 'setting' => $config['setting'] ?? 0, 'bad' => 'text'],
            'counters' => ['webhooks_sent' => $config['sent'] ?? 0, 'webhooks_failed' => $config['failed'] ?? 0, 'errors_total' => 0],
            'errors' => [['code' => 'ERR_X', 'fingerprint' => 'f1', 'count' => 1]],
        ];
    });
})();
`;
