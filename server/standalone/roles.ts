import type { Role } from '../../common/api/keys';

const RANK: Readonly<Record<Exclude<Role, 'ingest'>, number>> = { reader: 1, editor: 2, admin: 3 };

/** Ingest stands apart: it sends spans and reads nothing, and only it and admin send spans. */
export function mayCall(has: Role, needed: Role): boolean {
  if (has === 'ingest' || needed === 'ingest') return has === needed || has === 'admin';
  return RANK[has] >= RANK[needed];
}
