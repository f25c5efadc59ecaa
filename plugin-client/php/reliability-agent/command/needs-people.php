<?php

namespace Reliability\Agent;

/** What a merchant may have its agent take under people's own signatures alone. */
const QUORUM_FOR = ['major', 'high_impact', 'all'];

/**
 * Whether a command needs people's signatures over its plan. A major update does, and so does a rollback that brings bytes: going back to
 * what was never kept here could install anything. The rest is what the merchant pinned:
 *
 * - `high_impact`: also what Center calls high, and what the vendor signed as such. Center may call it higher, never lower; where no root is
 *   pinned there is no vendor's word to hold against Center's, and every update counts as high.
 * - `all`: every update.
 *
 * Under both a configuration is refused: no plan's digest covers it, so nobody could sign for it.
 *
 * @param array $payload of an order that carries a plan
 * @return string no, yes, never, or vendor_says: signed metadata tell, before a byte is stored
 */
function needs_people(array $payload, array $plan, array $context): string
{
    $quorumFor = $context['quorum_for'] ?? 'major';
    switch ($payload['type']) {
        case 'rollback':
            return isset($payload['artifact']) ? 'yes' : 'no';
        case 'config_update':
            return $quorumFor === 'major' ? 'no' : 'never';
        case 'update':
            break;
        default:
            return 'no';
    }
    if ($quorumFor === 'all' || is_major_step($payload['to_version'], (string) $context['disk_version'])) {
        return 'yes';
    }
    if ($quorumFor === 'major') {
        return 'no';
    }
    $isLow = ($plan['impact'] ?? 'normal') === 'normal';
    return $isLow && ($context['has_vendors_word'] ?? false) ? 'vendor_says' : 'yes';
}

/**
 * Whether a vendor signed a version as one that weighs much: it says so, or it changes what is stored. A word that is not known weighs much.
 *
 * @param mixed $custom what signed metadata say of the version
 */
function is_high_impact($custom): bool
{
    return (member($custom, 'impact') ?? 'normal') !== 'normal' || member($custom, 'schema_effect') !== 'none';
}
