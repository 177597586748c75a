import * as ElasticEui from '@elastic/eui';
import * as EmotionReact from '@emotion/react';
import * as KbnI18n from '@kbn/i18n';
import * as ReactQuery from '@tanstack/react-query';
import Moment from 'moment';
import React from 'react';
import ReactDom from 'react-dom';
import * as ReactRouterDom from 'react-router-dom';

/** The modules that the app takes from its host, under the names that Kibana has them; `scripts/lib` lists the same. */
export const SHARED_DEPENDENCIES = {
  ElasticEui,
  EmotionReact,
  KbnI18n,
  Moment,
  React,
  ReactDom,
  ReactQuery,
  ReactRouterDom,
};
