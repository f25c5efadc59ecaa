-- How a module was when an action that did not help was given up: what made it worse is not followed by a fix without a person.
ALTER TABLE "heal_actions" ADD COLUMN "aftermath" jsonb;
