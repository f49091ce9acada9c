using System.Net;

namespace Wiretale.Wire.Tests;

public class AddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.20.30.40")]
    [InlineData("255.255.255.255")]
    [InlineData("192.0.2.1")]
    public void IPv4_is_dotted_decimal(string text)
    {
        byte[] bytes = IPAddress.Parse(text).GetAddressBytes();
        Assert.Equal(text, Address.IPv4((uint)((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3])).ToString());
    }

    [Fact]
    public void Bytes_of_any_number_are_in_hexadecimal()
    {
        byte[] bytes = new byte[100];
        new Random(3).NextBytes(bytes);
        byte[] target = new byte[300];
        for (int length = 0; length <= bytes.Length; length++)
        {
            string digits = Convert.ToHexStringLower(bytes, 0, length);
            Assert.Equal(digits, System.Text.Encoding.ASCII.GetString(target, 0, AddressText.Hex(target, bytes.AsSpan(0, length), 0)));
            Assert.Equal(string.Join('-', digits.Chunk(2).Select(d => new string(d))),
                System.Text.Encoding.ASCII.GetString(target, 0, AddressText.Hex(target, bytes.AsSpan(0, length), (byte)'-')));
        }
    }

    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("ff02::1:ff00:0")]
    [InlineData("::ffff:192.0.2.1")]
    public void IPv6_is_as_RFC_5952_has_it(string text) =>
        Assert.Equal(text, Address.IPv6(IPAddress.Parse(text).GetAddressBytes()).ToString());

    [Fact]
    public void Ethernet_is_six_pairs_of_digits()
    {
        var address = Address.Ethernet([0x00, 0x1b, 0x21, 0xab, 0xcd, 0xef]);
        Assert.Equal("00:1b:21:ab:cd:ef", address.ToString());
        var bytes = new byte[6];
        Assert.Equal(6, address.CopyTo(bytes));
        Assert.Equal([0x00, 0x1b, 0x21, 0xab, 0xcd, 0xef], bytes);
    }

    [Fact]
    public void Equal_bytes_of_different_families_are_different_addresses() =>
        Assert.NotEqual(Address.Of(AddressKind.IPv4, [1, 2, 3, 4]), Address.Of(AddressKind.Other, [1, 2, 3, 4]));
}
