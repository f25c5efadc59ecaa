<?php

namespace Reliability\Agent;

/** What the merchant wrote in agent.json, as one word: what was learned since builds on it, and counts no more once it is changed by hand. */
function trust_word(array $pinned): string
{
    return hash('sha256', to_json([$pinned['version'], $pinned['approver_keys'], $pinned['threshold']]));
}

/** Whom to trust: what the merchant pinned, or what the pinned approvers' documents made of it since. */
function read_trust(Layout $layout, array $pinned): array
{
    $kept = read_json($layout->trust);
    $isNewer = is_array($kept['trust'] ?? null) && ($kept['trust']['version'] ?? 0) > $pinned['version'];
    return $isNewer && ($kept['pinned'] ?? null) === trust_word($pinned) ? $kept['trust'] : $pinned;
}

/**
 * Takes the trust documents of a beat's answer, in order, each signed by the approvers whom the one before named. What does not hold changes
 * nothing. Written before it counts, and never backwards.
 *
 * @param mixed $envelopes
 */
function adopt_trust(Agent $agent, $envelopes): void
{
    foreach (is_array($envelopes) ? array_slice(array_values($envelopes), 0, Limits::TRUST_DOCUMENTS_PER_BEAT) : [] as $envelope) {
        $verdict = verify_trust($envelope, $agent->trust);
        if (isset($verdict['problem'])) {
            count_ignored($agent);
            $agent->log('warn', 'a trust document was refused', ['code' => 'WARN_TRUST_REFUSED', 'class' => 'SECURITY', 'reason' => $verdict['problem']]);
            continue;
        }
        $text = to_json(['pinned' => trust_word($agent->config['trust']), 'trust' => $verdict['trust']]);
        write_durably($agent->layout->trust, $text, static function () use ($agent): void {
            $agent->kill('trust.written');
        });
        $agent->kill('trust.kept');
        $agent->trust = $verdict['trust'];
        $agent->isUrgent = true;
        $agent->log('info', 'the approvers changed', ['version' => $verdict['trust']['version']]);
    }
}
