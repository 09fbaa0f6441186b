-- How a player was over days can be asked: its reports of health are summed up by hour.
CREATE TABLE "player_health_hours" (
	"player_id" integer NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"reports" integer NOT NULL,
	"clock_off_ms" bigint NOT NULL,
	"used_bytes" bigint,
	"quota_bytes" bigint,
	"troubles" integer NOT NULL,
	CONSTRAINT "player_health_hours_player_id_hour_pk" PRIMARY KEY("player_id","hour")
);
--> statement-breakpoint
ALTER TABLE "player_health_hours" ADD CONSTRAINT "player_health_hours_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "health_by_hour" ON "player_health_hours" USING btree ("hour");