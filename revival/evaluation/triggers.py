"""What the database refuses for index systems, on every path."""

import pgtrigger

# A version that is or was in use does not change. When it is put to use, its weights must add up to 100.
KEPT = """
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'a version that was in use is never deleted'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'index_version_kept';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'a version begins as a draft'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'index_version_kept';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'draft' AND NEW.status = 'succeeded' THEN
        RAISE EXCEPTION 'a draft is put to use before it is succeeded'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'index_version_kept';
    END IF;
    IF OLD.status <> 'draft' AND (to_jsonb(NEW) - 'status' <> to_jsonb(OLD) - 'status'
        OR (NEW.status <> OLD.status AND (OLD.status, NEW.status) <> ('in-use', 'succeeded')))
    THEN
        RAISE EXCEPTION 'a version in use is never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'index_version_kept';
    END IF;
    IF OLD.status = 'draft' AND NEW.status = 'in-use' AND 100 IS DISTINCT FROM (
        SELECT SUM(weight) FROM evaluation_indicator WHERE system_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'the weights of a version add up to 100'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'index_weights_whole';
    END IF;
    RETURN NEW;
"""
OF_DRAFT = """
    IF EXISTS (
        SELECT FROM evaluation_indexsystem WHERE status <> 'draft'
            AND id IN ((to_jsonb(OLD) ->> 'system_id')::bigint, (to_jsonb(NEW) ->> 'system_id')::bigint)
    ) THEN
        RAISE EXCEPTION 'a version in use is never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'index_version_kept';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


def of_a_draft() -> pgtrigger.Trigger:
    """The trigger on rows of a version, which may be written only while it is a draft."""
    return pgtrigger.Trigger(
        name="of_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=OF_DRAFT,
    )
