-- Review points at moments and areas, may take two approvers, follows versions and ends by expiry.
ALTER TABLE "assets" ADD COLUMN "decision_mark" jsonb;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "first_approved_by" text;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "version_of" integer;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_version_of_assets_id_fk" FOREIGN KEY ("version_of") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assets_by_version" ON "assets" USING btree ("version_of");--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "third_person" CHECK ("assets"."first_approved_by" is null or ("assets"."first_approved_by" <> "assets"."submitted_by"
        and ("assets"."decided_by" is null or "assets"."first_approved_by" <> "assets"."decided_by")));