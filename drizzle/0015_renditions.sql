CREATE TABLE "rendition_jobs" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rendition_jobs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"asset_id" integer NOT NULL,
	"made_for" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"progress_percent" integer DEFAULT 0 NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"claimed_by" text,
	"claimed_until" timestamp with time zone,
	"trouble" text,
	"queued_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "rendition_job_once" UNIQUE("asset_id","made_for"),
	CONSTRAINT "running_is_claimed" CHECK (("rendition_jobs"."state" = 'running') = ("rendition_jobs"."claimed_by" is not null))
);
--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "made_for" text DEFAULT 'original' NOT NULL;--> statement-breakpoint
ALTER TABLE "rendition_jobs" ADD CONSTRAINT "rendition_jobs_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;