<?php
/** What the agent makes of each test vector in the folder given: JSON of name => verdict, by file. */

namespace Reliability\Agent;

require __DIR__ . '/../reliability-agent/load.php';

$read = static fn (string $name) => (string) file_get_contents($argv[1] . "/$name.json");

$messages = [];
foreach (json_decode($read('messages'), true)['cases'] as $case) {
    $made = [];
    foreach ($case['secrets'] as $secret) {
        $key = base64_decode(substr($secret, strlen('whsec_')), true);
        $made[] = message_signature((string) $key, $case['id'], $case['timestamp'], $case['body']);
    }
    $messages[$case['name']] = array_intersect($made, explode(' ', $case['signature'])) !== [];
}

$given = json_decode($read('commands'), true);
$context = [
    'plugin_id' => $given['plugin_id'],
    'trust' => $given['trust'],
    'now' => parse_time($given['now']),
    'disk_version' => $given['disk_version'],
    'seen_digest' => static fn () => null,
];
$commands = [];
foreach ($given['cases'] as $case) {
    $verdict = verify_command($case['envelope'], ['quorum_for' => $case['quorum_for'] ?? 'major'] + $context);
    $commands[$case['name']] = array_intersect_key($verdict, ['outcome' => 1, 'reason' => 1]);
}

$given = json_decode($read('metadata'), true);
$root = read_metadata($given['root'], 'root', 'root');
$role = role_keys($root->signed->keys, $root->signed->roles->targets, 'targets');
$metadata = [];
foreach ($given['cases'] as $case) {
    try {
        require_threshold(read_metadata($case['text'], 'targets', 'targets'), $role, 'targets');
        $metadata[$case['name']] = true;
    } catch (TufError $error) {
        $metadata[$case['name']] = false;
    }
}
$good = read_metadata($given['cases'][0]['text'], 'targets', 'targets');
echo json_encode([
    'messages' => $messages,
    'commands' => $commands,
    'metadata' => $metadata,
    'canonical_sha256' => hash('sha256', canonicalize($good->signed)),
]);
