-- Screens differ in shape: how a picture meets them is chosen for each asset, and one use may have several files.
ALTER TABLE "rendition_jobs" DROP CONSTRAINT "rendition_job_once";--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "framing" text DEFAULT 'fit' NOT NULL;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "planned_for" text;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "variant" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "rendition_jobs" ADD COLUMN "variant" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "rendition_jobs" ADD CONSTRAINT "rendition_job_once" UNIQUE("asset_id","made_for","variant");