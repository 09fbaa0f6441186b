-- Notices are typed here: the words are kept beside the asset that was set of them, to be set again for other sizes.
CREATE TABLE "notices" (
	"asset_id" integer PRIMARY KEY NOT NULL,
	"draft" jsonb NOT NULL,
	"sound" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "notice_has_words" CHECK ("notices"."draft" ? 'titleZh')
);
--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;