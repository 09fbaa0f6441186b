-- A password that was handed over by somebody else is to be changed before anything else.
ALTER TABLE "staff" ADD COLUMN "must_change_password" boolean DEFAULT false NOT NULL;