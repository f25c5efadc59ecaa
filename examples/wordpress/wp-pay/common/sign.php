<?php

namespace Shop\Pay;

function sign(string $body): string
{
    return hash_hmac('sha256', $body, WP_PAY_SECRET);
}
