// The workbook. Its first section is always shown; the others are tabs. Every panel says what is normal.

import { objectives, queries, views, whole } from 'queries.bicep'

@description('Display name of the workbook.')
param displayName string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Workspace that holds the telemetry.')
param workspaceId string
@description('Ids and numbers that the queries use.')
param values { *: string }
@description('URL at which docs/runbook.md can be read.')
param runbookUrl string
@description('Also creates a dashboard for a wall screen, with the first section only.')
param wallDashboard bool
@description('Name of that dashboard.')
param dashboardName string

@sealed()
type panel = {
  name: string
  title: string
  normal: string
  visual: 'tiles' | 'timechart' | 'barchart' | 'table'
  width: int
  @description('Hours that the panel always looks back. 0: the time that the reader chose.')
  hours: int
}

@sealed()
type section = {
  id: string
  title: string
  question: string
  panels: panel[]
}

var sections section[] = loadJsonContent('panels.json')
var workspaceType = 'microsoft.operationalinsights/workspaces'
// The reader chooses one bank, or all.
var known = { ...objectives, ...values, onlyBank: '\'{Bank}\'' }
// Resource Graph has no `let`, so the value replaces its name in the query.
var graphQuery = replace(queries['open-alerts'], 'resourceGroupName', values.resourceGroupName)

// The query of a panel, over the logs or over Resource Graph.
var sources = toObject(
  flatten(map(sections, section => section.panels)),
  panel => panel.name,
  panel =>
    panel.name == 'open-alerts'
      ? { query: graphQuery, queryType: 1, resourceType: 'microsoft.resourcegraph/resources' }
      : {
          query: whole(queries[panel.name], views, known)
          queryType: 0
          resourceType: workspaceType
          crossComponentResources: [workspaceId]
        }
)

// How figures with a verdict are shown, and how other figures are shown.
var tiles = {
  tileSettings: {
    titleContent: { columnMatch: 'figure', formatter: 1 }
    leftContent: { columnMatch: 'value', formatter: 12, formatOptions: { palette: 'none' } }
    secondaryContent: {
      columnMatch: 'verdict'
      formatter: 18
      formatOptions: {
        thresholdsOptions: 'icons'
        thresholdsGrid: [
          { operator: '==', thresholdValue: 'good', representation: 'success', text: '{0}{1}' }
          { operator: '==', thresholdValue: 'look', representation: '2', text: '{0}{1}' }
          { operator: '==', thresholdValue: 'bad', representation: '4', text: '{0}{1}' }
          { operator: 'startsWith', thresholdValue: 'deaf', representation: '4', text: '{0}{1}' }
          { operator: 'Default', representation: 'unknown', text: '{0}{1}' }
        ]
      }
    }
    showBorder: true
  }
}

var groups = map(sections, section => {
  type: 12
  name: 'section-${section.id}'
  ...(section.id == 'now'
    ? {}
    : { conditionalVisibility: { parameterName: 'tab', comparison: 'isEqualTo', value: section.id } })
  content: {
    version: 'NotebookGroup/1.0'
    groupType: 'editable'
    items: concat(
      [
        {
          type: 1
          name: 'question-${section.id}'
          content: { json: '## ${section.title}\n${section.question} [Runbook](${runbookUrl})' }
        }
      ],
      map(section.panels, panel => {
        type: 12
        name: 'panel-${panel.name}'
        customWidth: string(panel.width)
        content: {
          version: 'NotebookGroup/1.0'
          groupType: 'editable'
          items: [
            {
              type: 3
              name: panel.name
              content: {
                version: 'KqlItem/1.0'
                title: panel.title
                size: panel.visual == 'tiles' ? 4 : 0
                noDataMessage: 'Nothing. Normal: ${panel.normal}'
                visualization: panel.visual
                ...(panel.hours == 0
                  ? { timeContextFromParameter: 'TimeRange' }
                  : { timeContext: { durationMs: panel.hours * 3600000 } })
                ...sources[panel.name]
                ...(panel.visual == 'tiles' ? tiles : {})
              }
            }
            { type: 1, name: 'normal-${panel.name}', content: { json: '*Normal:* ${panel.normal}' } }
          ]
        }
      })
    )
  }
})

var content = {
  version: 'Notebook/1.0'
  items: concat(
    [
      {
        type: 9
        name: 'parameters'
        content: {
          version: 'KqlParameterItem/1.0'
          style: 'pills'
          queryType: 0
          resourceType: workspaceType
          parameters: [
            {
              id: guid(resourceGroup().id, 'TimeRange')
              version: 'KqlParameterItem/1.0'
              name: 'TimeRange'
              label: 'Time'
              type: 4
              isRequired: true
              value: { durationMs: 14400000 }
              typeSettings: {
                allowCustom: true
                selectableValues: map([1, 4, 12, 24, 72, 168, 672], hours => { durationMs: hours * 3600000 })
              }
            }
            {
              id: guid(resourceGroup().id, 'Bank')
              version: 'KqlParameterItem/1.0'
              name: 'Bank'
              label: 'Bank'
              type: 2
              isRequired: true
              query: whole(
                'saldoLookup | where isnotempty(bank) | summarize by value = bank | extend label = value, selected = false | union (print value = \'all\', label = \'All banks\', selected = true) | order by value desc',
                views,
                { ...known, onlyBank: '\'all\'' }
              )
              queryType: 0
              resourceType: workspaceType
              crossComponentResources: [workspaceId]
              timeContext: { durationMs: 2419200000 }
              value: 'all'
            }
            {
              id: guid(resourceGroup().id, 'tab')
              version: 'KqlParameterItem/1.0'
              name: 'tab'
              type: 1
              isHiddenWhenLocked: true
              value: 'burn'
            }
          ]
        }
      }
    ],
    filter(groups, group => group.name == 'section-now'),
    [
      {
        type: 11
        name: 'tabs'
        content: {
          version: 'LinkItem/1.0'
          style: 'tabs'
          links: map(filter(sections, section => section.id != 'now'), section => {
            id: guid(resourceGroup().id, section.id)
            cellValue: 'tab'
            linkTarget: 'parameter'
            linkLabel: section.title
            subTarget: section.id
            style: 'link'
          })
        }
      }
    ],
    filter(groups, group => group.name != 'section-now')
  )
  fallbackResourceIds: [workspaceId]
  '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, displayName)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspaceId
    serializedData: string(content)
  }
}

var wallPanels = filter(first(sections)!.panels, panel => panel.name != 'open-alerts')

resource dashboard 'Microsoft.Portal/dashboards@2025-04-01-preview' = if (wallDashboard) {
  name: dashboardName
  location: location
  tags: { ...tags, 'hidden-title': displayName }
  properties: {
    lenses: [
      {
        order: 0
        #disable-next-line BCP036 // The types describe only the markdown part.
        parts: map(range(0, length(wallPanels)), i => {
          position: { x: (i % 2) * 8, y: (i / 2) * 4, colSpan: 8, rowSpan: 4 }
          metadata: {
            type: 'Extension/Microsoft_OperationsManagementSuite_Workspace/PartType/LogsDashboardPart'
            inputs: [
              { name: 'Scope', value: { resourceIds: [workspaceId] } }
              { name: 'PartId', value: guid(resourceGroup().id, wallPanels[i].name) }
              { name: 'Version', value: '2.0' }
              { name: 'TimeRange', value: wallPanels[i].hours == 672 ? 'P28D' : 'PT4H' }
              { name: 'Query', value: replace(sources[wallPanels[i].name].query, '{Bank}', 'all') }
              {
                name: 'ControlType'
                value: wallPanels[i].visual == 'barchart' ? 'FrameControlChart' : 'AnalyticsGrid'
              }
              { name: 'PartTitle', value: wallPanels[i].title }
              { name: 'PartSubTitle', value: 'Normal: ${wallPanels[i].normal}' }
            ]
          }
        })
      }
    ]
  }
}
