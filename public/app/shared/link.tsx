import { EuiLink } from '@elastic/eui';
import type { MouseEvent, ReactNode } from 'react';
import React, { useCallback } from 'react';
import { useAppServices } from '../app_services';

export interface LinkProps {
  readonly href: string;
  readonly onClick: (event: MouseEvent) => void;
}

/** Makes, of an address in the app, a real link that a plain click follows without loading the page anew. */
export function useLinkProps(): (path: string) => LinkProps {
  const { history } = useAppServices();
  return useCallback(
    (path) => ({
      href: history.createHref(locationOf(path)),
      onClick: (event) => {
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        history.push(path);
      },
    }),
    [history],
  );
}

/** A link to an address in the app. */
export const AppLink = ({ to, children }: { to: string; children: ReactNode }) => {
  const linkTo = useLinkProps();
  return <EuiLink {...linkTo(to)}>{children}</EuiLink>;
};

function locationOf(path: string): { pathname: string; search: string } {
  const [pathname = '', search = ''] = path.split('?');
  return { pathname, search: search && `?${search}` };
}
