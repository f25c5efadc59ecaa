<?php

namespace Reliability\Agent;

/** Every bound of the agent in one place; a value that is reached means "refuse", never "cut off and go on". */
final class Limits
{
    // Commands
    const ENVELOPE_SIGNATURES = 16;
    const PAYLOAD_BYTES = 256 * 1024;
    const QUORUM_ENVELOPES = 16;
    const TRUST_KEYS = 64;
    const TRUST_DOCUMENTS_PER_BEAT = 16;
    const CONFIG_BYTES = 64 * 1024;
    const COMMANDS_PER_BEAT = 16;
    /** How far ahead of ours Center's clock may be; the request signatures allow the same. */
    const CLOCK_SKEW_S = 300;
    const PROBATION_DEFAULT_S = 180;
    const PROBATION_MAX_S = 86400;
    /** A command whose staging killed the agent this often is failed instead of begun again. */
    const TRIES_PER_COMMAND = 3;
    const ANSWERS_KEPT = 200;
    const OUTBOX_ENTRIES = 200;
    const OUTBOX_AGE_S = 86400;
    const REASON_CHARS = 200;

    // Artifacts
    const ARTIFACT_BYTES = 20 * 1024 * 1024;
    const UNPACKED_BYTES = 20 * 1024 * 1024;
    const ARCHIVE_ENTRIES = 2000;
    const ARCHIVE_PATH_BYTES = 200;
    const ARCHIVE_DEPTH = 16;
    const ARCHIVE_PAX_BYTES = 8 * 1024;
    const DOWNLOAD_TRIES = 3;
    const DOWNLOAD_RETRY_S = 1;
    const DOWNLOAD_TOTAL_S = 120;
    const MANIFEST_BYTES = 64 * 1024;
    const GOOD_VERSIONS_KEPT = 2;

    // Signed metadata
    const TUF_ROOT_BYTES = 512 * 1024;
    const TUF_TIMESTAMP_BYTES = 16 * 1024;
    const TUF_SNAPSHOT_BYTES = 512 * 1024;
    const TUF_TARGETS_BYTES = 512 * 1024;
    const TUF_DEPTH = 32;
    const TUF_SIGNATURES = 16;
    const TUF_KEYS_PER_ROLE = 16;
    const TUF_ROOTS_PER_UPDATE = 64;
    /** The largest whole number that every JSON reader takes for the same. */
    const SAFE_INTEGER = 9007199254740991;

    // Center
    const REQUEST_TIMEOUT_S = 10;
    const REPLY_BYTES = 4 * 1024 * 1024;
    const BEAT_FLOOR_S = 5;
    const BEAT_CEILING_S = 600;
    const BEAT_RETRY_S = 5;
    /** A visit that wakes the agent has it beat at once, but no sooner after the last beat: anybody can visit. */
    const WAKE_FLOOR_S = 15;
    /** A tick ends after so many beats, however much there is to say. */
    const BEATS_PER_TICK = 6;
    const CHECKPOINT_BYTES = 512;

    // The plugin
    /** A loopback that is not answered so soon is taken for one that cannot be: a host with one worker. */
    const LOOPBACK_TIMEOUT_S = 3;
    const LOOPBACK_WINDOW_S = 60;
    const LOOPBACK_BYTES = 64 * 1024;
    /** For so long loopbacks are not tried again after one was left unanswered. */
    const LOOPBACK_REST_S = 600;
    const CRASHES_KEPT = 200;
    const TELEMETRY_KEYS = 56;
    const NAME_CHARS = 64;
    const ERRORS_PER_BEAT = 50;
    const LOCAL_FAIL_RATE = 0.2;
    const LOCAL_FAIL_MINIMUM = 10;
    /** How often a request looks at the plugin's counters. */
    const LOOK_S = 5;
    /** Memory put aside so that a crash for want of memory can still be written down. */
    const RESERVE_BYTES = 64 * 1024;
}
