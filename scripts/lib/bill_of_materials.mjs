import { createHash } from 'node:crypto';

/** @typedef {import('./licenses.mjs').Package} Package */

const EXPRESSION = / (?:OR|AND|WITH) /;

/**
 * A software bill of materials (CycloneDX 1.5) of packages, as package-lock.json has them; the same packages give the same bytes.
 * `npm sbom --omit dev` leaves out a fourth of them, those that development needs, too.
 * @param {string} version of the build
 * @param {readonly Package[]} packages
 */
export function billOfMaterials(version, packages) {
  const components = packages.map(component);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([version, components]))}`,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `betrace@${version}`,
        name: 'betrace',
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components,
  };
}

/** @param {Package} of */
function component({ name, version, license, integrity }) {
  const [scope, bare = ''] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = `pkg:npm/${scope === undefined ? '' : `${encodeURIComponent(scope)}/`}${bare}@${version}`;
  return {
    type: 'library',
    'bom-ref': `${name}@${version}`,
    ...(scope !== undefined && { group: scope }),
    name: bare,
    version,
    ...(integrity && { hashes: hashesOf(integrity) }),
    licenses: [EXPRESSION.test(license) ? { expression: license } : { license: { id: license } }],
    purl,
  };
}

/**
 * `sha512-<base64>` and their like.
 * @param {string} integrity
 */
const hashesOf = (integrity) =>
  integrity.split(' ').map((each) => {
    const [, bits, base64 = ''] = /^sha(\d+)-(.+)$/.exec(each) ?? [];
    return { alg: `SHA-${bits}`, content: Buffer.from(base64, 'base64').toString('hex') };
  });

/**
 * By RFC 9562, version 8: of a digest.
 * @param {string} text
 */
function uuidOf(text) {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
