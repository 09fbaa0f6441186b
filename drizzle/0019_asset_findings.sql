-- Editors must learn before the review how loud a film is and where it is black or silent.
CREATE TABLE "asset_findings" (
	"asset_id" integer PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"claimed_until" timestamp with time zone,
	"loudness_lufs" double precision,
	"true_peak_dbtp" double precision,
	"black" jsonb,
	"silent" jsonb,
	"ended_at" timestamp with time zone,
	CONSTRAINT "done_has_found" CHECK ("asset_findings"."state" <> 'done' or ("asset_findings"."black" is not null and "asset_findings"."silent" is not null))
);
--> statement-breakpoint
ALTER TABLE "asset_findings" ADD CONSTRAINT "asset_findings_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;