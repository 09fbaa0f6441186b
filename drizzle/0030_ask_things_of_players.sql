-- Staff ask volume, restart and pictures of players from afar; the picture of each screen that came last is kept.
CREATE TABLE "player_commands" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "player_commands_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"endpoint_id" integer NOT NULL,
	"player_id" integer NOT NULL,
	"serial" bigint NOT NULL,
	"kind" text NOT NULL,
	"percent" integer,
	"asked_by" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'sent' NOT NULL,
	"reason" text,
	"answered_at" timestamp with time zone,
	CONSTRAINT "command_serial" UNIQUE("endpoint_id","serial")
);
--> statement-breakpoint
CREATE TABLE "screen_pictures" (
	"endpoint_id" integer PRIMARY KEY NOT NULL,
	"player_id" integer NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"jpeg" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "player_commands" ADD CONSTRAINT "player_commands_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_commands" ADD CONSTRAINT "player_commands_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "screen_pictures" ADD CONSTRAINT "screen_pictures_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "commands_by_end" ON "player_commands" USING btree ("until");