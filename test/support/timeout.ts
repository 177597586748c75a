/** Integration tests start servers and wait for them; jest knows no setting of this for one project alone. */
jest.setTimeout(120_000);
