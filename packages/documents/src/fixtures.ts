/** What the tests of this package read. The certificates are throw-away ones; their keys were never kept. */
export const ME_FINGERPRINT = 'b9c3e685458ebc616089137f1b27fbf65193a4a6bff559250dbdcf942464d479';
export const ME_PEM = `-----BEGIN CERTIFICATE-----
MIIBezCCASKgAwIBAgIRAKqn1F4KHRVclmzcsrCnj2YwCgYIKoZIzj0EAwIwHzEQ
MA4GA1UEChMHRXhhbXBsZTELMAkGA1UEAxMCbWUwHhcNMjYxMTIyMjEwNzM0WhcN
MzYxMTE5MjEwNzM0WjAfMRAwDgYDVQQKEwdFeGFtcGxlMQswCQYDVQQDEwJtZTBZ
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABEN8qrklJEG+QQT0ZBjC/0wOqcB5GIBV
PvduYiDyl8nbwZb1+tBgtOsDAluCHOBw/YkiNshgZCIg2A0l7Ua5tCujPzA9MAwG
A1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgWgMB0GA1UdJQQWMBQGCCsGAQUFBwMB
BggrBgEFBQcDAjAKBggqhkjOPQQDAgNHADBEAiB6uXLsbMdyGmEELn4FfQnhuzba
SVkS9YcZXJOzxZa3TwIgTTkMQSt5zCjIH1e5zPmK+h4zxTqxp5ayJ24Cb1x8ePQ=
-----END CERTIFICATE-----
`;

export const AUTHORITY_PEM = `-----BEGIN CERTIFICATE-----
MIIBijCCATCgAwIBAgIRAOX+Pa3B7+VzrrfgnT8hFxMwCgYIKoZIzj0EAwIwJjEQ
MA4GA1UEChMHRXhhbXBsZTESMBAGA1UEAxMJYXV0aG9yaXR5MB4XDTI2MTEyMjIx
MDczNFoXDTM2MTExOTIxMDczNFowJjEQMA4GA1UEChMHRXhhbXBsZTESMBAGA1UE
AxMJYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6odLR/4ZIrI9
ll9QRuo9q8MVHp6DqfgH1aPd9YFB4eBt9cWzX4OaybOgKTSXQ9IiHE/YbMkhI1bo
TgVz8OTpq6M/MD0wDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCBaAwHQYDVR0l
BBYwFAYIKwYBBQUHAwEGCCsGAQUFBwMCMAoGCCqGSM49BAMCA0gAMEUCIE7xYJtR
1vq2g5DBCSPf75dMlG0iUbB7fwyjbc2NYCJHAiEAyMIKEC9+kQeneg6caalYCHvs
bN4oj1gDSJj78q3DzW4=
-----END CERTIFICATE-----
`;

export const OTHER_PEM = `-----BEGIN CERTIFICATE-----
MIIBgTCCASegAwIBAgIQZDC72WJx3XfPy0GKBexKSzAKBggqhkjOPQQDAjAiMRAw
DgYDVQQKEwdFeGFtcGxlMQ4wDAYDVQQDEwVvdGhlcjAeFw0yNjExMjIyMTA3MzRa
Fw0zNjExMTkyMTA3MzRaMCIxEDAOBgNVBAoTB0V4YW1wbGUxDjAMBgNVBAMTBW90
aGVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdFC3MBQ3Zd1t8EvKd9kpq+lv
uu8ObAGHskmK9jfIZH+z62Vp5iqEdXRZVl8htR7EQ7GemCUjk0ULQm4wrkOFK6M/
MD0wDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCBaAwHQYDVR0lBBYwFAYIKwYB
BQUHAwEGCCsGAQUFBwMCMAoGCCqGSM49BAMCA0gAMEUCIDprpGQPS1h83rWKp8de
Rw310/fXs0Ft/p9wtFeySRyuAiEAmbYTbvSUWzmuHwRyiFFz/nF0/sSmvkQ0wKoo
jJAJb+Q=
-----END CERTIFICATE-----
`;

/** The service configuration of the user's page. */
export const PAGE_SERVICES = `---
lvm:
  enabled: true
  # System ID is automatically determined by Operations Center during clustering.
  # system_id: 0
nvme:
  enabled: true
  targets:
    - transport: tcp
      address: 192.168.1.100
      port: 8009
`;

/** Text with every line moved to the right, for a block in YAML. */
export const indent = (text: string, by: number): string => text.trimEnd().replaceAll(/^/gm, ' '.repeat(by));

/** The application configuration of the user's page, with a certificate in place of the dots. */
export const pageApplication = (pem: string): string => `---
config:
  user.ui.title: "My wonderful cluster"

certificates:
  - type: client
    name: my-client-cert
    description: "Client certificate for accessing the cluster"
    certificate: |
${indent(pem, 6)}
`;
