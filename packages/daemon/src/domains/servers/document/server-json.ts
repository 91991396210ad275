import { zeroTime } from '@operations-center/contract';
import { zeroBmcData, zeroHardwareData, zeroOsData, zeroVersionData } from './server-documents.ts';
import type { DocumentRow, ServerRow, TailRow } from './server-rows.ts';
import { parseVersionData, shownVersionData } from './version-data.ts';

export const serverUrl = (name: string): string => `/1.0/provisioning/servers/${encodeURIComponent(name)}`;

/**
 * The long first part of a server's JSON, which changes with its revision only: fields in OC's order, documents spliced
 * in unparsed. `open` puts the secrets back.
 */
export function headJson(row: ServerRow, documents: DocumentRow | undefined, open: (json: string) => string): string {
  const text = JSON.stringify;
  const version = parseVersionData(documents?.version_data ?? zeroVersionData);
  return (
    `{"public_connection_url":${text(row.public_connection_url)},"channel":${text(row.channel)}` +
    `,"description":${text(row.description)},"properties":${row.properties ?? 'null'}` +
    `,"bmc_config":${open(row.bmc_config)},"name":${text(row.name)},"connection_url":${text(row.connection_url)}` +
    `,"system_uuid":${text(row.system_uuid)},"machine_id":${text(row.machine_id)}` +
    `,"certificate":${text(row.certificate ?? '')},"fingerprint":${text(row.fingerprint ?? '')}` +
    `,"cluster":${text(row.cluster ?? '')},"server_type":${text(row.server_type)}` +
    `,"hardware_data":${documents?.hardware_data ?? zeroHardwareData}` +
    `,"os_data":${documents === undefined ? zeroOsData : open(documents.os_data)}` +
    `,"version_data":${shownVersionData(version)},"bmc_data":${zeroBmcData}`
  );
}

/** The rest: what changes with every look at the server, and our additions where there is something to say. */
export const tailJson = (row: TailRow, last_seen: number): string =>
  `${statusJson(row)},"last_updated":"${timeText(row.last_updated)}","last_seen":"${timeText(last_seen)}"${factsJson(row)}}`;

/** What the ETag is made over: everything but the times. */
export const stableJson = (head: string, row: TailRow): string => `${head}${statusJson(row)}${factsJson(row)}}`;

const statusJson = (row: TailRow): string =>
  `,"server_status":"${row.status}","server_status_detail":"${row.status_detail}"`;

const factsJson = (row: TailRow): string =>
  `,"system_state_is_trusted":${row.is_trusted === 1}${addition('server_status_reason', row.status_reason)}` +
  `${addition('claimed_system_uuid', row.claimed_system_uuid)}${addition('claimed_machine_id', row.claimed_machine_id)}` +
  addition('conflicts_with', row.conflicts_with);

const addition = (field: string, value: string | null): string =>
  value === null || value === '' ? '' : `,"${field}":${JSON.stringify(value)}`;

/** 0 is never, which Go writes as its zero time. */
const timeText = (epochMs: number): string => (epochMs === 0 ? zeroTime : new Date(epochMs).toISOString());
