-- Editors of playlists keep their drafts here, and changes are counted, so that nobody writes over what they have not seen.
CREATE TABLE "playlist_drafts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "playlist_drafts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"playlist_id" integer,
	"editor" text NOT NULL,
	"based_on" integer NOT NULL,
	"name" text NOT NULL,
	"items" jsonb NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	CONSTRAINT "playlist_draft_once" UNIQUE NULLS NOT DISTINCT("playlist_id","editor")
);
--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "playlists" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "playlists" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "playlists" ADD COLUMN "changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "playlist_drafts" ADD CONSTRAINT "playlist_drafts_playlist_id_playlists_id_fk" FOREIGN KEY ("playlist_id") REFERENCES "public"."playlists"("id") ON DELETE cascade ON UPDATE no action;