using Wiretale.Dissection.Filters;

namespace Wiretale.Dissection.Tests.Filters;

public class ExplainerTests
{
    [Fact]
    public void Says_what_is_selected_and_what_the_fields_are() => Assert.Equal(
        """
        Selects packets where
          all of these hold:
            the protocol Internet Protocol Version 4 is there
            at least one of these holds:
              udp.port is one of 53, 67 to 68
              every ip.addr is not 10.0.0.1
              (udp.length - 8) is not zero

        Fields:
          ip: Internet Protocol Version 4, a protocol
          udp.port: Source or Destination Port, an unsigned number of 16 bits of User Datagram Protocol
          ip.addr: Source or Destination Address, an IPv4 address of Internet Protocol Version 4
          udp.length: Length, an unsigned number of 16 bits of User Datagram Protocol (Length in octets including this header and the data)

        """,
        FilterExplainer.Explain(DisplayFilter.Compile("ip and (udp.port in {53,67..68} or ip.addr != 10.0.0.1 or udp.length - 8)", Catalog.Registry)));
}
