using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols;
using Wiretale.Dissection.Protocols.Application;
using Wiretale.Dissection.Protocols.Application.BitTorrent;
using Wiretale.Dissection.Protocols.Application.Database;
using Wiretale.Dissection.Protocols.Application.DceRpc;
using Wiretale.Dissection.Protocols.Application.Devices;
using Wiretale.Dissection.Protocols.Application.Dhcp;
using Wiretale.Dissection.Protocols.Application.Dnp3;
using Wiretale.Dissection.Protocols.Application.Dns;
using Wiretale.Dissection.Protocols.Application.Ftp;
using Wiretale.Dissection.Protocols.Application.Gateway;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Http2;
using Wiretale.Dissection.Protocols.Application.Ike;
using Wiretale.Dissection.Protocols.Application.Industry;
using Wiretale.Dissection.Protocols.Application.Kerberos;
using Wiretale.Dissection.Protocols.Application.Lab;
using Wiretale.Dissection.Protocols.Application.Ldap;
using Wiretale.Dissection.Protocols.Application.Mail;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Dissection.Protocols.Application.Messaging;
using Wiretale.Dissection.Protocols.Application.Modbus;
using Wiretale.Dissection.Protocols.Application.Ntp;
using Wiretale.Dissection.Protocols.Application.Ocsp;
using Wiretale.Dissection.Protocols.Application.Osi;
using Wiretale.Dissection.Protocols.Application.Quic;
using Wiretale.Dissection.Protocols.Application.Radius;
using Wiretale.Dissection.Protocols.Application.RemoteDesktop;
using Wiretale.Dissection.Protocols.Application.Routing;
using Wiretale.Dissection.Protocols.Application.Rpc;
using Wiretale.Dissection.Protocols.Application.Rtp;
using Wiretale.Dissection.Protocols.Application.Rtsp;
using Wiretale.Dissection.Protocols.Application.Sip;
using Wiretale.Dissection.Protocols.Application.Skinny;
using Wiretale.Dissection.Protocols.Application.Smb;
using Wiretale.Dissection.Protocols.Application.Snmp;
using Wiretale.Dissection.Protocols.Application.Ssh;
using Wiretale.Dissection.Protocols.Application.Stun;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Application.Tls;
using Wiretale.Dissection.Protocols.Application.Vnc;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Dissection.Protocols.Internet.Isis;
using Wiretale.Dissection.Protocols.Internet.Ospf;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Link.Wireless;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection;

/// <summary>The one ordered list of protocols. Adding a protocol is its file and a line here.</summary>
/// <remarks>Order matters where two claim one number (the later has it) and for heuristics (the earlier is asked first).</remarks>
public static class Catalog
{
    // Items that belong to no protocol, with Wireshark's names for them. Declared before the list that is built from them.
    static readonly Protocol TextItems = new("Text item", "Text item", "_ws.text");
    internal static readonly Protocol ExpertInfo = new("Expert Info", "Expert", "_ws.expert");

    internal static readonly Field Text = TextItems.Label("text", "Text");
    internal static readonly Field ExpertMessage = ExpertInfo.String("_ws.expert.message", "Message");
    internal static readonly Field ExpertGroupField = ExpertInfo.UInt32("_ws.expert.group", "Group", FieldBase.None, ValueNames.Of(() =>
        [.. Enum.GetValues<ExpertGroup>().Select(g => ((ulong)g, g.Name()))]));
    internal static readonly Field ExpertSeverity = ExpertInfo.UInt32("_ws.expert.severity", "Severity level", FieldBase.None, ValueNames.Of(() =>
        [.. Enum.GetValues<Severity>().Select(s => ((ulong)s, s.Name()))]));

    /// <summary>What a packet that ends too early gets.</summary>
    internal static readonly Protocol Malformed = new("Malformed Packet", "Malformed packet", "_ws.malformed");
    internal static readonly Protocol Short = new("Short Frame", "Short frame", "_ws.short");
    internal static readonly Protocol Unreassembled = new("Unreassembled Fragmented Packet", "Unreassembled fragmented packet", "_ws.unreassembled");
    internal static readonly Expert MalformedExpert = Malformed.Expert("_ws.malformed.expert", Severity.Error, ExpertGroup.Malformed, "Malformed Packet (Exception occurred)");
    internal static readonly Expert DissectorBug = Malformed.Expert("_ws.malformed.dissector_bug", Severity.Error, ExpertGroup.Malformed, "Dissector bug");
    internal static readonly Expert ReassemblyError = Malformed.Expert("_ws.malformed.reassembly", Severity.Error, ExpertGroup.Malformed, "Reassembly error");
    internal static readonly Expert UnreassembledExpert = Unreassembled.Expert("_ws.unreassembled.expert", Severity.Note, ExpertGroup.Reassemble, "Unreassembled fragment (change preferences to enable reassembly)");
    internal static readonly Expert TooDeep = Malformed.Expert("_ws.malformed.too_deep", Severity.Warning, ExpertGroup.Malformed, "Too many protocols inside one another");

    internal static readonly Frame Frame = new();
    internal static readonly Pktap.PacketData PcapPacketData = new();
    internal static readonly Data Data = new();
    internal static readonly Media Media = new();
    internal static readonly Http Http = new();
    internal static readonly Http2 Http2 = new();
    internal static readonly Http3 Http3 = new();
    internal static readonly WebSocket WebSocket = new();
    internal static readonly Tls Tls = new();
    internal static readonly Dtls Dtls = new();
    internal static readonly Tls.WithoutRecords TlsWithoutRecords = new();
    internal static readonly Modbus Modbus = new();
    internal static readonly FtpData FtpData = new();
    internal static readonly Json Json = new();
    internal static readonly OcspInside OcspInside = new();
    internal static readonly Ldap Ldap = new();
    internal static readonly Ldap.PagedResults LdapPagedResults = new();
    internal static readonly Snmp Snmp = new();
    internal static readonly Snmp.Text SnmpText = new();
    internal static readonly OpenVpn OpenVpn = new();
    internal static readonly Xml Xml = new();
    internal static readonly Imf Imf = new();
    internal static readonly TextLines TextLines = new();
    internal static readonly EtherType EtherType = new();
    internal static readonly Udp Udp = new();
    internal static readonly Ethernet Ethernet = new();
    internal static readonly Ethernet EthernetWithoutFcs = new(mayHaveFcs: false);
    internal static readonly Isl Isl = new();
    internal static readonly Nhrp Nhrp = new();
    internal static readonly Erspan Erspan = new();
    internal static readonly Erspan.TypeOne ErspanTypeOne = new();
    internal static readonly PseudoWire PseudoWire = new();
    internal static readonly PseudoWire.Plain PseudoWirePlain = new();
    internal static readonly PseudoWire.ControlWord PseudoWireWord = new();
    internal static readonly OpenFlow OpenFlow = new();
    internal static readonly Sip Sip = new();
    internal static readonly OpenFlowFirst OpenFlow10 = new();
    internal static readonly OpenFlowLater OpenFlow13 = new("OpenFlow 1.3", "openflow_v4"), OpenFlow14 = new("OpenFlow 1.4", "openflow_v5"), OpenFlow15 = new("OpenFlow 1.5", "openflow_v6");
    internal static readonly Llc Llc = new();
    internal static readonly BasicXid BasicXid = new();
    internal static readonly Ppp Ppp = new();
    internal static readonly PppHdlc PppHdlc = new();
    internal static readonly CiscoHdlc CiscoHdlc = new();
    internal static readonly Slarp Slarp = new();
    internal static readonly Stp Stp = new();
    internal static readonly Gtp Gtp = new();
    internal static readonly IsisHello IsisHello = new();
    internal static readonly IsisLsp IsisLsp = new();
    internal static readonly IsisCsnp IsisCsnp = new();
    internal static readonly IsisPsnp IsisPsnp = new();

    internal static readonly Smb Smb = new();
    internal static readonly Smb2 Smb2 = new();
    internal static readonly Mailslot Mailslot = new();
    internal static readonly Browser Browser = new();
    internal static readonly Ntlmssp Ntlmssp = new();
    internal static readonly GssApi GssApi = new();
    internal static readonly Spnego Spnego = new();
    internal static readonly DceRpc DceRpc = new();

    internal static readonly Bencode Bencode = new();
    internal static readonly Afs Afs = new();
    internal static readonly Cotp Cotp = new();
    internal static readonly Iec60870Asdu Iec60870Asdu = new();
    internal static readonly Rdp Rdp = new();
    internal static readonly CipImplicit.Data CipImplicitData = new();
    internal static readonly Sdp Sdp = new();
    internal static readonly Rtsp Rtsp = new();
    internal static readonly Skinny Skinny = new();
    internal static readonly Rtp Rtp = new();
    internal static readonly RtpEvent RtpEvent = new();
    internal static readonly Rtcp Rtcp = new();
    internal static readonly Wlan Wlan = new();
    internal static readonly Wlan WlanWithFcs = new(WlanForm.WithFcs);
    internal static readonly Wlan WlanPadded = new(WlanForm.WithFcs | WlanForm.Padded);
    internal static readonly Wlan WlanSwapped = new(WlanForm.Swapped);
    internal static readonly WlanRadio WlanRadio = new();
    internal static readonly Eap Eap = new();
    internal static readonly Radius Radius = new();

    /// <summary>Up to the transports.</summary>
    static readonly Dissector[] Lower =
    [
        Frame,

        // Link layers
        Ethernet,
        EtherType,
        Llc,
        BasicXid,
        new Vlan(),
        new MacSec(),
        new VnTag(),
        new ProviderBridge(),
        new BackboneBridge(),
        new NullLoopback(),
        new Pktap(),
        PcapPacketData,
        new Nflog(),
        new RawIp(),
        new PlainIp(),
        new LinuxCooked(),
        Ppp,
        PppHdlc,
        PppControl.Lcp(),
        PppControl.Ipcp(),
        PppControl.Ipv6Cp(),
        PppControl.Ccp(),
        PppControl.Mplscp(),
        new Pap(),
        new Chap(),
        new PppoE(),
        new PppoEDiscovery(),
        new PppoESession(),
        CiscoHdlc,
        new FrameRelay(),
        new Ieee802154(hasFcs: true),
        new Ieee802154(hasFcs: false),
        new Realtek(),
        new NetBios(),
        Slarp,
        Stp,
        new ConfigurationTest(),
        Isl,
        new Cdp(),
        new Dtp(),
        new Udld(),
        new Vtp(),
        new SlowProtocols(),
        new Lacp(),
        new Marker(),
        new OrganizationSlowProtocol(),
        new Lldp(),
        new Stp.PerVlan(),
        new Arcnet(),
        EthernetWithoutFcs,
        new IpNet(),
        new Juniper(),
        new Radiotap(),
        WlanRadio,
        Wlan,
        WlanWithFcs,
        WlanPadded,
        WlanSwapped,
        new Eapol(),
        Eap,
        new Mpls(),
        PseudoWire,
        PseudoWirePlain,
        PseudoWireWord,
        new Arp(),

        // Internet: IPv4, IPv6 and what belongs to them
        new IPv4(),
        new IPv6(),
        new IPv6HopByHop(),
        new IPv6DestinationOptions(),
        new IPv6Routing(),
        new IPv6Fragment(),
        new AuthenticationHeader(),
        new EncapsulatingSecurity(),
        new UdpEncapsulation(),

        // Internet: tunnels
        new Gre(),
        Erspan,
        ErspanTypeOne,
        new Vxlan(),
        new Vxlan.Extended(),
        new Nsh(),
        Gtp,
        new Gtp.Prime(),
        new Geneve(),
        new Teredo(),
        new Ayiya(),
        new Capwap(),
        new Capwap.Data(),

        // Internet: control protocols
        new Icmp(),
        new Icmpv6(),
        new Igmp(),
        new MobileIPv6(),

        // Internet: routing
        new OspfPackets(),
        new Pim(),
        new PimV1(),
        new Vrrp(),
        new Ipx(),
        new IpxRip(),
        new IpxSap(),
        new NetBiosIpx(),
        new Nmpi(),
        new Osi(),
        new EsIs(),
        new IsisPackets(),
        IsisHello,
        IsisLsp,
        IsisCsnp,
        IsisPsnp,
        new Rsvp(),
        new Eigrp(),
        Nhrp,

        // Transport: TCP
        new Tcp(),

        // Transport: UDP and others
        Udp,
        new UdpLite(Udp),
        new Pgm(),
        new Sctp(),
        new Dccp(),
    ];

    /// <summary>What stands above a transport.</summary>
    static readonly Dissector[] Applications =
    [
        // Application: names and addresses
        new Dns(),
        new Mdns(),
        new Llmnr(),
        new Nbns(),
        new Nbdgm(),
        new Dhcp(),
        new Dhcpv6(),
        new Ntp(),
        Ldap,
        LdapPagedResults,
        Snmp,
        SnmpText,
        new Rip(),
        new RipNg(),
        new Hsrp(),
        new RdpUdp(),
        new Bfd(),
        new BfdEcho(),
        new Ptp(),
        new PortControl(),
        new Rx(),
        new WakeOnLan(),
        Afs,
        new Mojito(),
        new SFlow(),
        new ServiceLocation(),

        // Application: routes
        new Bgp(),
        new Ldp(),
        new MplsEcho(),
        new Lisp(),
        new Babel(),
        new RpkiRouter(),
        new Aodv(),
        new Olsr(),
        new Mndp(),
        OpenFlow,
        new OpenFlow.OnEarlyPort(),
        OpenFlow10,
        OpenFlow13,
        OpenFlow14,
        OpenFlow15,

        // Application: the web
        Http,
        Http2,
        new Ssdp(Http),
        WebSocket,
        TextLines,
        Json,
        Xml,
        new UrlEncodedForm(),
        new Multipart(),
        new Png(),
        new Gif(),
        new Jpeg(),
        new OcspRequest(),
        OcspInside,
        new OcspResponse(),
        Media,

        // Application: mail
        new Smtp(),
        new Pop(),
        new Imap(),
        Imf,

        // Application: lines of text
        new Irc(),
        new Telnet(),
        new Syslog(),
        new Nntp(),
        new Whois(),
        new Finger(),

        // Application: security
        Tls,
        TlsWithoutRecords,
        Dtls,
        OpenVpn,
        new Isakmp(),
        new Protocols.Application.Kerberos.Kerberos(),
        new WireGuard(),
        Radius,
        new GoogleQuic(),
        new Quic(),
        Http3,

        // Application: speech and pictures
        Sip,
        new Sip.OnAnyPort(),
        Sdp,
        Rtsp,
        new Protocols.Application.Rtmp.Rtmp(),
        Skinny,
        new Megaco(),
        new Mgcp(),
        new M3ua(),
        new Smpp(),
        Rtp,
        RtpEvent,
        Rtcp,
        new Stun(),
        new ClassicStun(),

        // Application: the lab
        new Rudp(),
        new RudpBulkTransport(),
        new Communicator(),
        new Chat(),

        // Application: calls of Unix
        new OnRpc(),
        new Portmap(),
        new Mount(),
        new Nfs(),
        new NfsAcl(),
        new Thrift(),

        // Application: files and calls of Windows
        new Nbss(),
        Smb,
        Smb2,
        Mailslot,
        Browser,
        Ntlmssp,
        GssApi,
        Spnego,
        DceRpc,
        DceRpcInterface.Samr(),
        DceRpcInterface.Lsarpc(),
        DceRpcInterface.Srvsvc(),
        DceRpcInterface.Wkssvc(),
        DceRpcInterface.Spoolss(),
        DceRpcInterface.Svcctl(),
        DceRpcInterface.Winreg(),
        DceRpcInterface.Atsvc(),
        DceRpcInterface.Netlogon(),
        DceRpcInterface.Drsuapi(),
        DceRpcInterface.InitShutdown(),
        DceRpcInterface.EndpointMapper(),
        DceRpcInterface.SystemActivator(),
        DceRpcInterface.Nspi(),

        // Application: ISO's transport and what runs over it
        new Tpkt(),
        Cotp,

        // Application: machines
        new S7Comm(),
        new OpcUa(),
        new Ams(),
        new EtherNetIp(),
        new CipImplicit(),
        CipImplicitData,
        new Iec104(),
        Iec60870Asdu,
        new EtherSio(),

        // Application: devices
        new TplinkSmartHome(),
        new Collectd(),
        new DoIp(),
        new Coap(),

        // Application: among peers
        new Protocols.Application.BitTorrent.BitTorrent(),
        Bencode,
        new LocalServiceDiscovery(),
        new Gnutella(),

        // Application: desktops elsewhere
        new T125(),
        Rdp,
        new Vnc(),

        // Application: shells and tunnels of old
        new Rlogin(),
        new Rsh(),
        new TimeSynchronization(),
        new Pptp(),

        // Application: others
        new PostgreSql(),
        new MySql(),
        new Cql(),
        new Tds(),
        new Tns(),
        new Elasticsearch(),
        new Ssh(),
        new ModbusTcp(),
        Modbus,
        new Dnp3(),
        new Fix(),
        new Hislip(),
        new Resp(),
        new FtpControl(),
        FtpData,
        new Socks(),
        new Tftp(),
        new Rsync(),
        new Git(),
        new Rmi(),
        new WorldOfWarcraft(),
        new Mqtt(),
        new Amqp(),
        new Xmpp(),
        new Kafka(),
        new Icq(),
        new DropboxDiscovery(),

        // What nobody claims
        Data,
    ];

    /// <summary>Every dissector, in order.</summary>
    public static IReadOnlyList<Dissector> Dissectors { get; } = Numbered();

    /// <summary>Every protocol, field and preference.</summary>
    public static Registry Registry { get; } = new([TextItems, ExpertInfo, Malformed, Short, Unreassembled], Dissectors);

    /// <summary>The dissector of a protocol by its filter name, or null.</summary>
    public static Dissector? Find(string filterName) =>
        Dissectors.FirstOrDefault(d => d.FilterName.Equals(filterName, StringComparison.Ordinal));

    static Dissector[] Numbered()
    {
        Dissector[] all = [.. Lower, .. Applications];
        for (int i = 0; i < all.Length; i++)
        {
            all[i].CatalogIndex = i;
            all[i].IsApplication = i >= Lower.Length;
        }

        return all;
    }
}
