using System.Text;

namespace Wiretale.Wire.Tests;

public class MacNamesTests
{
    [Theory]
    [InlineData(80, 't', "http")]
    [InlineData(53, 'u', "domain")]
    [InlineData(6003, 't', "x11")]
    [InlineData(49999, 'u', "")]
    public void Ports_have_services(int port, char transport, string name) => Assert.Equal(name, Encoding.UTF8.GetString(ServiceNames.Find(port, transport)));

    [Theory]
    [InlineData("ffffffffffff", "Broadcast")]
    [InlineData("00005e000107", "IETF-VRRP-VRID_07")]
    [InlineData("01005e7ffffa", "IPv4mcast_7f:ff:fa")]
    [InlineData("01005e000002", "IPv4mcast_02")]
    [InlineData("3333ff123456", "IPv6mcast_ff:12:34:56")]
    [InlineData("0180c200000e", "LLDP_Multicast")]
    [InlineData("000000000000", "00:00:00_00:00:00")]
    [InlineData("005043014dd4", "MarvellS_01:4d:d4")]
    [InlineData("0055da012345", "ShinkoTe_01:23:45")]
    [InlineData("021122334455", "MS-NLB-PhysServer-17_22:33:44:55")]
    [InlineData("fe1122334455", "fe:11:22:33:44:55")]
    public void Known_first_bytes_become_a_name(string mac, string name)
    {
        Span<byte> text = stackalloc byte[MacNames.MaxLength];
        Assert.Equal(name, Encoding.UTF8.GetString(text[..MacNames.Format(text, Convert.FromHexString(mac))]));
    }
}
