// A jump host, for operators of banks that have no other way into the private network: a small machine without a public address, which is
// reached through Bastion with an Entra ID sign-in. It was preferred to a job or a runner, because the work is rare and interactive (an
// API key is typed, a public key is read). The machine has no role. People use the roles of their own account.

@description('Name of the machine.')
param name string
@description('Name of the Bastion host.')
param bastionName string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Id of the machine\'s subnet.')
param subnetId string
@description('Id of the subnet named AzureBastionSubnet.')
param bastionSubnetId string
@description('Public SSH key of the local account, which Azure requires. People sign in with Entra ID instead.')
param sshKey string
@description('Name of the local account.')
param accountName string
@description('Workspace for the logs.')
param workspaceId string

resource address 'Microsoft.Network/publicIPAddresses@2025-09-01' = {
  name: '${bastionName}-ip'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
  }
}

resource bastion 'Microsoft.Network/bastionHosts@2025-09-01' = {
  name: bastionName
  location: location
  tags: tags
  // Standard: `az network bastion ssh` needs tunnels, which Basic does not have.
  sku: { name: 'Standard' }
  properties: {
    enableTunneling: true
    enableFileCopy: false
    enableShareableLink: false
    disableCopyPaste: false
    ipConfigurations: [
      {
        name: 'way-in'
        properties: {
          subnet: { id: bastionSubnetId }
          publicIPAddress: { id: address.id }
        }
      }
    ]
  }
}

resource networkCard 'Microsoft.Network/networkInterfaces@2025-09-01' = {
  name: '${name}-nic'
  location: location
  tags: tags
  properties: {
    ipConfigurations: [
      {
        name: 'private'
        properties: {
          subnet: { id: subnetId }
          privateIPAllocationMethod: 'Dynamic'
        }
      }
    ]
  }
}

resource machine 'Microsoft.Compute/virtualMachines@2024-11-01' = {
  name: name
  location: location
  tags: tags
  // The extension for Entra ID sign-in requires an identity. It has no role.
  identity: { type: 'SystemAssigned' }
  properties: {
    hardwareProfile: { vmSize: 'Standard_B2s' }
    securityProfile: {
      securityType: 'TrustedLaunch'
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true }
    }
    storageProfile: {
      imageReference: {
        publisher: 'Canonical'
        offer: 'ubuntu-24_04-lts'
        sku: 'server'
        version: 'latest'
      }
      osDisk: {
        createOption: 'FromImage'
        deleteOption: 'Delete'
        managedDisk: { storageAccountType: 'StandardSSD_LRS' }
      }
    }
    osProfile: {
      computerName: 'operators'
      adminUsername: accountName
      customData: base64(loadTextContent('jump-host.cloud-init.yaml'))
      linuxConfiguration: {
        disablePasswordAuthentication: true
        ssh: { publicKeys: [{ path: '/home/${accountName}/.ssh/authorized_keys', keyData: sshKey }] }
        patchSettings: { patchMode: 'AutomaticByPlatform', assessmentMode: 'AutomaticByPlatform' }
      }
    }
    networkProfile: { networkInterfaces: [{ id: networkCard.id, properties: { deleteOption: 'Delete' } }] }
    diagnosticsProfile: { bootDiagnostics: { enabled: true } }
  }
}

resource signIn 'Microsoft.Compute/virtualMachines/extensions@2024-11-01' = {
  parent: machine
  name: 'AADSSHLoginForLinux'
  location: location
  tags: tags
  properties: {
    publisher: 'Microsoft.Azure.ActiveDirectory'
    type: 'AADSSHLoginForLinux'
    typeHandlerVersion: '1.0'
    autoUpgradeMinorVersion: true
  }
}

resource bastionLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: bastion
  name: 'sessions'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource addressLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: address
  name: 'events'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
