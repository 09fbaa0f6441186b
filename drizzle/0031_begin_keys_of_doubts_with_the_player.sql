-- A distributed database cuts the tables of plays by player, which each of their keys must hold.
ALTER TABLE "quarantined_plays" DROP CONSTRAINT "quarantined_plays_pkey";--> statement-breakpoint
ALTER TABLE "quarantined_plays" ADD CONSTRAINT "quarantined_plays_player_id_id_pk" PRIMARY KEY("player_id","id");--> statement-breakpoint
CREATE INDEX "quarantined_by_id" ON "quarantined_plays" USING btree ("id");
