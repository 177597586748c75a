import { checkNode } from './install.mjs';

describe('the check of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '100.1.0'])('lets %s pass', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(['18.20.8', '20.9.0', '20.18.3'])('says what to install instead of %s', (version) => {
    expect(() => checkNode(version)).toThrow(
      `BeTrace needs Node 20.19 or later, and this is Node ${version}: please install a newer one.`,
    );
  });
});
