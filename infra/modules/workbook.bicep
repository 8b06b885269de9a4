// The workbook: what was alerted, what is blind, and whether the collector does its work.

@description('Begins the title of the workbook.')
param name string

@description('Region of the workbook.')
param location string

@description('Tags of the workbook.')
param tags object

@description('Workspace that it asks.')
param workspaceId string

var panels = [
  {
    title: 'Alerts by severity'
    query: loadTextContent('../kql/workbook/severity.kql')
    visualization: 'timechart'
    width: '60'
  }
  {
    title: 'What fires most'
    query: loadTextContent('../kql/workbook/detectors.kql')
    visualization: 'table'
    width: '40'
  }
  {
    title: 'Who and what'
    query: loadTextContent('../kql/workbook/entities.kql')
    visualization: 'table'
    width: '50'
  }
  {
    title: 'ATT&CK techniques'
    query: loadTextContent('../kql/workbook/techniques.kql')
    visualization: 'barchart'
    width: '50'
  }
  {
    title: 'Telemetry that is silent or drifts, and what that blinds'
    query: loadTextContent('../kql/workbook/blind.kql')
    visualization: 'table'
    width: '100'
  }
  {
    title: 'From the event to the table, in seconds'
    query: loadTextContent('../kql/workbook/delay.kql')
    visualization: 'timechart'
    width: '50'
  }
  {
    title: 'Rows that came more than once'
    query: loadTextContent('../kql/workbook/copies.kql')
    visualization: 'table'
    width: '50'
  }
]

var period = {
  type: 9
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    parameters: [
      {
        id: guid(name, 'period')
        version: 'KqlParameterItem/1.0'
        name: 'Period'
        type: 4
        isRequired: true
        value: {
          durationMs: 86400000
        }
        typeSettings: {
          selectableValues: [
            {
              durationMs: 86400000
            }
            {
              durationMs: 604800000
            }
            {
              durationMs: 2592000000
            }
          ]
          allowCustom: true
        }
      }
    ]
  }
  name: 'period'
}

var items = map(panels, panel => {
  type: 3
  content: {
    version: 'KqlItem/1.0'
    title: panel.title
    query: panel.query
    size: 0
    timeContextFromParameter: 'Period'
    queryType: 0
    resourceType: 'microsoft.operationalinsights/workspaces'
    visualization: panel.visualization
    showExportToExcel: true
  }
  customWidth: panel.width
  name: panel.title
})

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, name, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'sentinel'
    displayName: 'Telltale (${name})'
    description: 'Alerts of Telltale, the telemetry that is blind, and how the collector does'
    sourceId: workspaceId
    version: 'Notebook/1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([period], items)
    })
  }
}
