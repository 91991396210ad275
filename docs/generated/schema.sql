CREATE TABLE "application_backups" ("operation" text not null, "server" text not null, "application" text not null, "archive" text not null, "size_bytes" integer not null, constraint "application_backups_key" primary key ("operation", "server"));

CREATE TABLE "applied_configurations" ("cluster" text primary key references "clusters" ("id") on delete cascade, "operation" text not null, "applied" text not null, "at" bigint not null);

CREATE TABLE "apply_plans" ("id" text primary key, "cluster" text not null references "clusters" ("id") on delete cascade, "request" text not null, "shown" text not null, "plan" text not null, "facts" text not null, "requested_by" text not null, "created_at" bigint not null, "expires_at" bigint not null, "operation" text);

CREATE INDEX "apply_plans_expiry" on "apply_plans" ("expires_at");

CREATE TABLE audit (
    id integer primary key autoincrement,
    xact bigint not null,
    number bigint unique,
    hash text,
    at bigint not null,
    location text not null,
    kind text not null,
    request_id text not null,
    protocol text not null,
    username text not null,
    address text not null,
    what text not null,
    object text not null,
    operation text not null,
    plan text not null,
    digest text not null,
    status bigint not null,
    code text not null,
    detail text not null
  );

CREATE INDEX audit_at on audit (at);

CREATE INDEX audit_request on audit (request_id) where kind = 'outcome';

CREATE INDEX audit_unnumbered on audit (id) where number is null;

CREATE INDEX audit_what on audit (what, location, id);

CREATE INDEX audit_what_number on audit (what, number);

CREATE TABLE "channels" ("name" text primary key, "description" text not null, "last_updated" bigint not null);

CREATE TABLE "cluster_artifact_files" ("cluster" text not null references "clusters" ("id") on delete cascade, "artifact" text not null, "name" text not null, "mime_type" text not null, "size_bytes" integer not null, "content" text not null, constraint "cluster_artifact_files_key" primary key ("cluster", "artifact", "name"));

CREATE TABLE "cluster_artifacts" ("cluster" text not null references "clusters" ("id") on delete cascade, "name" text not null, "description" text not null, "at" bigint not null, constraint "cluster_artifacts_key" primary key ("cluster", "name"));

CREATE TABLE "cluster_inputs" ("cluster" text primary key references "clusters" ("id") on delete cascade, "operation" text not null, "request" text not null, "plan" text not null, "versions" text not null, "at" bigint not null);

CREATE TABLE "cluster_template_revisions" ("template" text not null references "cluster_templates" ("id") on delete cascade, "revision" integer not null, "content" text not null, "changed_by" text not null, "at" bigint not null, constraint "cluster_template_revisions_key" primary key ("template", "revision"));

CREATE TABLE "cluster_template_uses" ("cluster" text primary key references "clusters" ("id") on delete cascade, "template" text not null, "name" text not null, "revision" integer not null, "values" text not null);

CREATE TABLE "cluster_templates" ("id" text primary key, "name" text not null unique, "description" text not null, "service_config_template" text not null, "application_config_template" text not null, "variables" text, "revision" integer not null, "last_updated" bigint not null, "rules" text);

CREATE TABLE "clusters" ("id" text primary key, "name" text not null unique, "connection_url" text not null, "channel" text not null references "channels" ("name"), "description" text not null, "properties" text, "post_restore_delay" text not null, "restore_mode" text not null, "certificate" text not null, "fingerprint" text not null, "status" text not null, "operation" text, "request_digest" text, "last_updated" bigint not null);

CREATE TABLE "daemon_shares" ("share" integer primary key, "owner" text, "fence" bigint not null, "lease_until" bigint not null);

CREATE TABLE "daemons" ("id" text primary key, "lease_until" bigint not null);

CREATE TABLE events (
    id integer primary key autoincrement,
    xact bigint not null,
    number bigint unique,
    at bigint not null,
    type text not null,
    location text not null,
    metadata text not null
  );

CREATE INDEX events_unnumbered on events (id) where number is null;

CREATE TABLE "factory_resets" ("operation" text not null, "server" text not null, "reset_by" text not null, "at" bigint not null, constraint "factory_resets_key" primary key ("operation", "server"));

CREATE TABLE log_heads (
    log text primary key,
    number bigint not null,
    hash text not null,
    pruned bigint not null
  );

CREATE TABLE "lvm_ids" ("machine" text not null, "id" integer not null, "server" text not null, "held_by" text, "changed_at" bigint not null, constraint "lvm_ids_key" primary key ("machine", "id"));

CREATE TABLE "mesh_ids" ("id" integer primary key, "cluster" text not null);

CREATE TABLE operation_claims (
    claim text primary key,
    operation text not null references operations (id) on delete cascade
  );

CREATE INDEX operation_claims_operation on operation_claims (operation);

CREATE TABLE operation_steps (
    operation text not null references operations (id) on delete cascade,
    seq bigint not null,
    step text not null,
    event text not null,
    attempt bigint not null,
    at bigint not null,
    deadline_at bigint,
    output text,
    detail text,
    primary key (operation, seq)
  );

CREATE TABLE operation_subjects (
    claim text not null,
    created_at bigint not null,
    operation text not null references operations (id) on delete cascade,
    primary key (claim, created_at, operation)
  );

CREATE INDEX operation_subjects_operation on operation_subjects (operation);

CREATE TABLE operations (
    id text primary key,
    workflow text not null,
    version bigint not null,
    plan text not null,
    about text not null,
    claims text not null,
    requested_by text,
    created_at bigint not null,
    updated_at bigint not null,
    touched_at bigint not null,
    touched_by text,
    wants text not null,
    forgiven bigint not null default 0,
    paused text,
    resumed bigint not null default 0,
    outcome text,
    todo bigint not null,
    owner text,
    holder text,
    fence bigint not null default 0,
    lease_until bigint not null default 0,
    busy_until bigint not null default 0,
    observed text
  );

CREATE INDEX operations_created on operations (created_at, id);

CREATE INDEX operations_open on operations (created_at, id) where outcome is null;

CREATE INDEX operations_outcome on operations (outcome, created_at, id) where outcome is not null;

CREATE INDEX operations_todo on operations (todo, created_at) where outcome is null;

CREATE INDEX operations_workflow on operations (workflow, created_at, id);

CREATE TABLE "plan_ids" ("kind" text not null, "id" integer not null, "request_digest" text not null, "machine" text not null, "server" text not null, constraint "plan_ids_key" primary key ("kind", "id"));

CREATE TABLE "plans" ("id" text primary key, "request_digest" text not null, "cluster" text not null, "request" text not null, "shown" text not null, "plan" text not null, "facts" text not null, "ula_prefix" text not null, "requested_by" text not null, "created_at" bigint not null, "expires_at" bigint not null, "operation" text);

CREATE INDEX "plans_expiry" on "plans" ("expires_at");

CREATE INDEX "plans_request" on "plans" ("request_digest");

CREATE TABLE "retired_sealing_keys" ("check_value" text primary key, "key" text not null, "retired_at" bigint not null, "audit_until" bigint not null);

CREATE TABLE schema_migrations (name text primary key, applied_at bigint not null);

CREATE TABLE "server_documents" ("name" text primary key references "servers" ("name") on delete cascade on update cascade, "digest" text not null, "polled_at" bigint not null, "hardware_data" text not null, "os_data" text not null, "version_data" text not null);

CREATE TABLE "servers" ("name" text primary key, "connection_url" text not null, "public_connection_url" text not null, "channel" text not null references "channels" ("name"), "description" text not null, "properties" text, "bmc_config" text not null, "certificate" text, "fingerprint" text unique, "cluster" text, "forming_cluster" text, "cluster_fingerprint" text, "server_type" text not null, "status" text not null, "status_detail" text not null, "status_reason" text not null, "status_changed_at" bigint not null, "machine_id" text unique, "system_uuid" text unique, "claimed_machine_id" text, "claimed_system_uuid" text, "conflicts_with" text, "reinstall_expected_until" bigint not null, "is_trusted" integer not null, "registered_at" bigint not null, "last_updated" bigint not null, "last_seen" bigint not null, "revision" bigint not null, "last_missed" bigint default 0 not null);

CREATE INDEX "servers_cluster" on "servers" ("cluster");

CREATE TABLE sessions (
    id text primary key, key_hash text not null unique, created_at bigint not null, seen_at bigint not null,
    expires_at bigint not null, made_by text not null, address text not null, agent text not null
  );

CREATE TABLE "settings" ("section" text primary key, "value" text not null);

CREATE TABLE sign_in_links (
    key_hash text primary key, expires_at bigint not null, made_by text not null
  );

CREATE TABLE "tokens" ("uuid" text primary key, "uses_remaining" integer not null, "expire_at" text not null, "expire_at_ms" bigint not null, "description" text not null, "channel" text not null references "channels" ("name"), "auto_remove" integer default 0 not null);

CREATE TABLE "updates" ("uuid" text primary key, "version" text not null, "published_at" text not null, "severity" text not null, "origin" text not null, "url" text not null, "channels" text not null, "upstream_channels" text not null, "update_status" text not null);

CREATE TABLE "warnings" ("uuid" text primary key, "status" text not null, "type" text not null, "scope" text not null, "entity_type" text not null, "entity" text not null, "messages" text not null, "count" integer not null, "first_occurrence" bigint not null, "last_occurrence" bigint not null, "last_updated" bigint not null, constraint "warnings_scope" unique ("type", "scope", "entity_type", "entity"));

CREATE TABLE "webhook_deliveries" ("id" text primary key, "webhook" text not null references "webhooks" ("name") on delete cascade, "occasion" text not null, "event" text not null, "operation" text not null, "at" bigint not null, "state" text not null, "attempts" bigint not null, "next_at" bigint not null, "last_at" bigint, "last_answer" text not null, "held_until" bigint default 0 not null, constraint "webhook_deliveries_occasion" unique ("webhook", "occasion"));

CREATE INDEX "webhook_deliveries_due" on "webhook_deliveries" ("state", "next_at");

CREATE INDEX "webhook_deliveries_webhook" on "webhook_deliveries" ("webhook", "at", "id");

CREATE TABLE "webhooks" ("name" text primary key, "url" text not null, "secret" text not null, "events" text not null, "certificate" text not null, "created_at" bigint not null);
