-- Who may sign releases and what they signed: each metadata file in its exact text, one version after the other.
CREATE TABLE "tuf_metadata" (
	"role" text NOT NULL,
	"version" integer NOT NULL,
	"body" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "tuf_metadata_role_version_pk" PRIMARY KEY("role","version")
);
--> statement-breakpoint
CREATE TABLE "tuf_expiry_warnings" (
	"role" text NOT NULL,
	"version" integer NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tuf_expiry_warnings_role_version_kind_pk" PRIMARY KEY("role","version","kind")
);
--> statement-breakpoint
-- What signs a release: role, version of its metadata, threshold and key ids; null while nobody signed it.
ALTER TABLE "plugin_releases" ADD COLUMN "signatures" jsonb;
--> statement-breakpoint
SELECT center_govern('tuf_metadata'::regclass, true), center_govern('tuf_expiry_warnings'::regclass, true);
--> statement-breakpoint
GRANT SELECT ON tuf_metadata, tuf_expiry_warnings TO center_reader;
