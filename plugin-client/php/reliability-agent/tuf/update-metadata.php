<?php

namespace Reliability\Agent;

/**
 * Brings the trusted metadata up to date, from the root down to the role that speaks for one plugin. Each file is believed, and kept, only
 * after everything above it was. Source: TUF specification 1.0.31, section 5; clauses are named where they are obeyed.
 */
final class MetadataUpdate
{
    /** @var Agent */
    private $agent;
    /** @var TrustedFiles */
    private $trusted;
    /** @var int one moment for the whole update, seconds since 1970 */
    private $now;

    public function __construct(Agent $agent, TrustedFiles $trusted)
    {
        $this->agent = $agent;
        $this->trusted = $trusted;
        $this->now = time();
    }

    /**
     * @return array{vendor: ?\stdClass, recalled: array} vendor null: nobody speaks for this plugin
     * @throws TufError
     */
    public function run(string $pluginKey): array
    {
        $root = $this->updateRoot();
        $snapshot = $this->updateSnapshot($root, $this->updateTimestamp($root));
        $targets = $this->updateTargets($snapshot, 'targets', root_role($root, 'targets'));
        $role = find_vendor($targets, $pluginKey);
        $isListed = $role !== null && member($snapshot->signed->meta, "$pluginKey.json") !== null;
        $recalled = member($snapshot->signed, 'recalled');
        return [
            'vendor' => $isListed ? $this->updateTargets($snapshot, $pluginKey, $role) : null,
            'recalled' => is_array($recalled) ? $recalled : [],
        ];
    }

    /** 5.3: one root after the other, each signed by the one before and by itself. */
    private function updateRoot(): \stdClass
    {
        $root = read_metadata($this->trusted->files['root'], 'root', 'root');
        for ($turns = 0;; $turns++) {
            $version = $root->signed->version + 1;
            $text = fetch_metadata($this->agent, "$version.root.json", 'root', Limits::TUF_ROOT_BYTES);
            if ($text === null) {
                break;
            }
            if ($turns === Limits::TUF_ROOTS_PER_UPDATE) {
                throw new TufError('tuf_too_long:root');
            }
            $next = read_metadata($text, 'root', 'root');
            require_threshold($next, root_role($root, 'root'), 'root');
            require_threshold($next, root_role($next, 'root'), 'root');
            if ($next->signed->version !== $version) {
                throw new TufError('tuf_rollback:root');
            }
            if (member($next->signed, 'consistent_snapshot') !== true) {
                throw new TufError('tuf_malformed:root');
            }
            // 5.3.11: whoever had the old keys may have counted far ahead; what they signed is forgotten in the same step.
            $isRotated = false;
            foreach (['timestamp', 'snapshot'] as $name) {
                $isRotated = $isRotated || !is_same_role(root_role($root, $name), root_role($next, $name));
            }
            $this->trusted->save($isRotated ? ['root' => $text, 'timestamp' => null, 'snapshot' => null] : ['root' => $text]);
            $root = $next;
        }
        require_in_date($root, $this->now, 'root');
        return $root;
    }

    /** 5.4 */
    private function updateTimestamp(\stdClass $root): \stdClass
    {
        $text = fetch_metadata($this->agent, 'timestamp.json', 'timestamp', Limits::TUF_TIMESTAMP_BYTES);
        if ($text === null) {
            throw new TufError('tuf_unavailable:timestamp');
        }
        $timestamp = read_metadata($text, 'timestamp', 'timestamp');
        require_threshold($timestamp, root_role($root, 'timestamp'), 'timestamp');
        $snapshot = meta_of($timestamp, 'snapshot');
        if ($this->trusted->files['timestamp'] !== null) {
            $known = read_metadata($this->trusted->files['timestamp'], 'timestamp', 'timestamp');
            if ($timestamp->signed->version < $known->signed->version) {
                throw new TufError('tuf_rollback:timestamp');
            }
            if ($snapshot['version'] < meta_of($known, 'snapshot')['version']) {
                throw new TufError('tuf_rollback:snapshot');
            }
            if ($timestamp->signed->version === $known->signed->version) {
                require_in_date($known, $this->now, 'timestamp');
                return $known;
            }
        }
        require_in_date($timestamp, $this->now, 'timestamp');
        $this->trusted->save(['timestamp' => $text]);
        return $timestamp;
    }

    /** 5.5 */
    private function updateSnapshot(\stdClass $root, \stdClass $timestamp): \stdClass
    {
        $meta = meta_of($timestamp, 'snapshot');
        $known = $this->trusted->files['snapshot'];
        $text = $this->fetchNamed('snapshot', $meta, Limits::TUF_SNAPSHOT_BYTES, $known);
        $snapshot = read_metadata($text, 'snapshot', 'snapshot');
        require_threshold($snapshot, root_role($root, 'snapshot'), 'snapshot');
        if ($snapshot->signed->version !== $meta['version']) {
            throw new TufError('tuf_mismatch:snapshot');
        }
        if ($known !== null) {
            require_nothing_older(read_metadata($known, 'snapshot', 'snapshot'), $snapshot);
        }
        require_in_date($snapshot, $this->now, 'snapshot');
        $this->trusted->save(['snapshot' => $text]);
        return $snapshot;
    }

    /** 5.6 and 5.7: targets, or a vendor's role. */
    private function updateTargets(\stdClass $snapshot, string $name, array $role): \stdClass
    {
        $meta = meta_of($snapshot, $name);
        $known = $this->trusted->files['targets'][$name] ?? null;
        $text = $this->fetchNamed($name, $meta, Limits::TUF_TARGETS_BYTES, $known);
        $targets = read_metadata($text, 'targets', $name);
        require_threshold($targets, $role, $name);
        if ($targets->signed->version !== $meta['version']) {
            throw new TufError("tuf_mismatch:$name");
        }
        require_in_date($targets, $this->now, $name);
        if ($text !== $known) {
            $all = $this->trusted->files['targets'];
            $all[$name] = $text;
            $this->trusted->save(['targets' => $all]);
        }
        return $targets;
    }

    /** The file that another one speaks of, exactly as that one says: from the disk when it is there already. */
    private function fetchNamed(string $name, array $meta, int $most, ?string $known): string
    {
        if ($known !== null && hash_equals($meta['sha256'], hash('sha256', $known))) {
            return $known;
        }
        $text = fetch_metadata($this->agent, "{$meta['version']}.$name.json", $name, min($meta['length'], $most));
        if ($text === null) {
            throw new TufError("tuf_unavailable:$name");
        }
        if (strlen($text) !== $meta['length'] || !hash_equals($meta['sha256'], hash('sha256', $text))) {
            throw new TufError("tuf_mismatch:$name");
        }
        return $text;
    }
}

function is_same_role(array $one, array $other): bool
{
    return $one['threshold'] === $other['threshold'] && count($one['keys']) === count($other['keys'])
        && array_diff_key($one['keys'], $other['keys']) === [];
}

/** What one file says of another. @return array{version: int, length: int, sha256: string} */
function meta_of(\stdClass $metadata, string $name): array
{
    $meta = member(member($metadata->signed, 'meta'), "$name.json");
    $sha256 = member(member($meta, 'hashes'), 'sha256');
    if (!is_version(member($meta, 'version')) || !is_version(member($meta, 'length')) || !is_string($sha256)) {
        throw new TufError("tuf_malformed:$name");
    }
    return ['version' => $meta->version, 'length' => $meta->length, 'sha256' => $sha256];
}

/** 5.5.5: no role goes back, and none is forgotten. */
function require_nothing_older(\stdClass $known, \stdClass $snapshot): void
{
    foreach (array_keys(get_object_vars($known->signed->meta)) as $file) {
        $name = (string) preg_replace('/\.json\z/', '', (string) $file);
        $isThere = member(member($snapshot->signed, 'meta'), (string) $file) !== null;
        if (!$isThere || meta_of($snapshot, $name)['version'] < meta_of($known, $name)['version']) {
            throw new TufError("tuf_rollback:$name");
        }
    }
}

/** The one role that may speak of a plugin, and of nothing else. */
function find_vendor(\stdClass $targets, string $pluginKey): ?array
{
    $delegations = member($targets->signed, 'delegations');
    $roles = member($delegations, 'roles');
    foreach (is_array($roles) ? $roles : [] as $role) {
        if (member($role, 'name') !== $pluginKey) {
            continue;
        }
        if (member($role, 'terminating') !== true || member($role, 'paths') !== ["$pluginKey/*"]) {
            throw new TufError("tuf_malformed:$pluginKey");
        }
        return role_keys(member($delegations, 'keys'), $role, $pluginKey);
    }
    return null;
}

/**
 * Fetches a metadata file into memory, and at most one byte more of it than its limit.
 *
 * @return string|null null when there is no such file
 * @throws TufError tuf_unavailable or tuf_too_long
 */
function fetch_metadata(Agent $agent, string $name, string $role, int $limit): ?string
{
    for ($tries = 1;; $tries++) {
        $answer = wp_remote_get("{$agent->config['center_url']}/api/tuf/$name", [
            'headers' => sign_request($agent->config, ''),
            'timeout' => Limits::REQUEST_TIMEOUT_S,
            'redirection' => 0,
            'user-agent' => 'reliability-agent-php',
            'decompress' => false,
            'limit_response_size' => $limit + 1,
        ]);
        $status = is_wp_error($answer) ? 0 : (int) wp_remote_retrieve_response_code($answer);
        if ($status === 404) {
            return null;
        }
        if ($status === 200) {
            $text = wp_remote_retrieve_body($answer);
            if (strlen($text) > $limit) {
                throw new TufError("tuf_too_long:$role");
            }
            return $text;
        }
        $mayPass = $status === 0 || $status >= 500 || $status === 429;
        if (!$mayPass || $tries >= Limits::DOWNLOAD_TRIES) {
            throw new TufError("tuf_unavailable:$role");
        }
        sleep(Limits::DOWNLOAD_RETRY_S * $tries);
    }
}
