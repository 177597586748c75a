import { useEffect } from 'react';
import { matchPath, useLocation } from 'react-router-dom';
import { version } from '../../../package.json';
import { useAppServices } from '../app_services';
import { tellPage } from './telemetry';

const ROUTES = [
  '/overview',
  '/rules',
  '/rules/create',
  '/rules/:id',
  '/rules/:id/history',
  '/violations',
  '/violations/:id',
  '/setup',
];

/** Tells an agent, where one runs, of each page that is shown. */
export const PageTelemetry = (): null => {
  const { space } = useAppServices();
  const { pathname } = useLocation();
  useEffect(() => {
    const page = ROUTES.find((path) => matchPath(pathname, { path, exact: true }));
    if (page) tellPage(page, { betrace_version: version, betrace_space: space });
  }, [pathname, space]);
  return null;
};
