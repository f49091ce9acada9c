using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 4271 section 4.2; capabilities RFC 5492: multiprotocol 4760, filters 5291, next hops 8950, BGPsec 8205, graceful restart
// 4724 and 8538, four-octet AS numbers 6793, multisession draft, paths 7911, names draft-walton-bgp-hostname-capability.
//
//   +---------------+-------------------------------+-------------------------------+
//   | Version       | My AS                         | Hold time                     |
//   +---------------+---------------+---------------+---------------+---------------+
//   | BGP identifier                                                | Params length |  then parameters: type, length, value
//   +---------------+---------------+---------------+---------------+---------------+

/// <summary>BGP's OPEN messages and the capabilities in them.</summary>
static class BgpOpen
{
    static readonly Protocol P = Bgp.P;
    const int CapabilityParameter = 2, AuthenticationParameter = 1, HelperModeLength = 2, LeastRestartLength = 6;

    static readonly ValueNames ParameterTypes = ValueNames.Of(() => [(1, "Authentication"), (2, "Capability")]);
    static readonly ValueNames SendReceive = ValueNames.Of(() => [(1, "Receive"), (2, "Send"), (3, "Both")]);
    static readonly ValueNames Capabilities = ValueNames.Of(() => [
        (0, "Reserved capability"), (1, "Multiprotocol extensions capability"), (2, "Route refresh capability"), (3, "Cooperative route filtering capability"),
        (4, "Multiple routes to a destination capability"), (5, "Extended Next Hop Encoding"), (6, "BGP-Extended Message"), (7, "BGPsec capability"),
        (8, "Multiple Labels capability"), (9, "BGP Role"), (64, "Graceful Restart capability"), (65, "Support for 4-octet AS number capability"),
        (66, "Deprecated Dynamic Capability (Cisco)"), (67, "Support for Dynamic capability"), (68, "Multisession BGP Capability"),
        (69, "Support for Additional Paths"), (70, "Enhanced route refresh capability"), (71, "Long-Lived Graceful Restart (LLGR) Capability"),
        (72, "CP-ORF Capability"), (73, "FQDN Capability"), (128, "Route refresh capability (Cisco)"),
        (130, "Cooperative route filtering capability (Cisco)"), (131, "Multisession BGP Capability (Cisco)")]);

    static readonly Field ParametersLength = P.UInt8("bgp.open.opt.len", "Optional Parameters Length", blurb: "The total length of the Optional Parameters field in octets");
    static readonly Layout OpenHead = new(
        P.UInt8("bgp.open.version", "Version", blurb: "The protocol version number"),
        P.UInt16("bgp.open.myas", "My AS", blurb: "The Autonomous System number of the sender"),
        P.UInt16("bgp.open.holdtime", "Hold Time", blurb: "The number of seconds the sender proposes for Hold Time"),
        P.IPv4("bgp.open.identifier", "BGP Identifier", "The BGP Identifier of the sender"),
        ParametersLength);

    static readonly Field Parameters = P.Label("bgp.open.opt", "Optional Parameters", "List of optional parameters");
    static readonly Field Parameter = P.Label("bgp.open.opt.param", "Optional Parameter");
    static readonly Field ParameterType = P.UInt8("bgp.open.opt.param.type", "Parameter Type", FieldBase.Dec, ParameterTypes, blurb: "Unambiguously identifies individual parameters");
    static readonly Field ParameterLength = P.UInt8("bgp.open.opt.param.len", "Parameter Length", blurb: "Length of the Parameter Value");
    static readonly Field Authentication = P.Bytes("bgp.open.opt.param.auth", "Authentication Data", blurb: "Deprecated");
    static readonly Field UnknownParameter = P.Bytes("bgp.open.opt.param.unknown", "Unknown", blurb: "Unknown Parameter");
    static readonly Field Capability = P.Label("bgp.cap", "Capability");
    static readonly Field CapabilityType = P.UInt8("bgp.cap.type", "Type", FieldBase.Dec, Capabilities);
    static readonly Field CapabilityLength = P.UInt8("bgp.cap.length", "Length");
    static readonly Field UnknownCapability = P.Bytes("bgp.cap.unknown", "Unknown");
    static readonly Field HostLength = P.UInt8("bgp.cap.orf.fqdn.hostname.len", "Hostname Length");
    static readonly Field DomainLength = P.UInt8("bgp.cap.orf.fqdn.domain_name.len", "Domain Name Length");
    static readonly Field OrfNumber = P.UInt8("bgp.cap.orf.number", "Number");
    static readonly Field Reserved = P.Bytes("bgp.cap.reserved", "Reserved", blurb: "Must be Zero");

    static readonly Layout Multiprotocol = new(
        P.UInt16("bgp.cap.mp.afi", "AFI", FieldBase.Dec, BgpNames.Families), Reserved.Of(1), P.UInt8("bgp.cap.mp.safi", "SAFI", FieldBase.Dec, BgpNames.SubFamilies));

    static readonly Layout NextHops = new(Row.Each(
        P.UInt16("bgp.cap.enh.afi", "AFI", FieldBase.Dec, BgpNames.Families), P.UInt16("bgp.cap.enh.safi", "SAFI", FieldBase.Dec, BgpNames.SubFamilies),
        P.UInt16("bgp.cap.enh.nhafi", "Next hop AFI", FieldBase.Dec, BgpNames.Families)));

    static readonly Layout Restart = new(
        P.UInt16("bgp.cap.gr.timers", "Restart Timers", FieldBase.Hex).Bits(
            P.Flag("bgp.cap.gr.timers.restart_flag", "Restart state", 16, 0x8000, ValueNames.YesNo),
            P.Flag("bgp.cap.gr.timers.notification_flag", "Graceful notification", 16, 0x4000, ValueNames.YesNo),
            P.UInt16("bgp.cap.gr.timers.restart_time", "Time", mask: 0xfff, blurb: "in us")).Then(static (p, node, in v, at, value) =>
            {
                p.AppendLabel(node, (value & 0x8000) != 0 ? ", Restart state" : "");
                p.AppendLabel(node, (value & 0x4000) != 0 ? ", Graceful notification" : "");
            }),
        Row.Each(
            P.UInt16("bgp.cap.gr.afi", "AFI", FieldBase.Dec, BgpNames.Families), P.UInt8("bgp.cap.gr.safi", "SAFI", FieldBase.Dec, BgpNames.SubFamilies),
            P.UInt8("bgp.cap.gr.flag", "Flag", FieldBase.Hex).Summary(P.Flag("bgp.cap.gr.flag.pfs", "Preserve forwarding state", 8, 0x80, ValueNames.YesNo))));

    static readonly Layout FourOctets = new(P.UInt32("bgp.cap.4as", "AS Number"));
    static readonly Layout Dynamic = new(P.UInt8("bgp.cap.dc", "Capability Dynamic", FieldBase.Dec, Capabilities).Each());
    static readonly Layout Multisession = new(P.UInt8("bgp.cap.multisession.flags", "Flag", FieldBase.Hex));
    static readonly Layout Paths = new(Row.Each(
        P.UInt16("bgp.cap.ap.afi", "AFI", FieldBase.Dec, BgpNames.Families), P.UInt8("bgp.cap.ap.safi", "SAFI", FieldBase.Dec, BgpNames.SubFamilies),
        P.UInt8("bgp.cap.ap.sendreceive", "Send/Receive", FieldBase.Dec, SendReceive)));

    static readonly Layout Names = new(
        HostLength, P.String("bgp.cap.orf.fqdn.hostname", "Hostname").Counted(HostLength),
        DomainLength, P.String("bgp.cap.orf.fqdn.domain_name", "Domain Name").Counted(DomainLength));

    static readonly Layout Security = new(
        P.UInt8("bgp.cap.bgpsec.flags", "Flag", FieldBase.Hex).Summary(
            P.UInt8("bgp.cap.bgpsec.version", "Version", mask: 0xf0),
            P.UInt8("bgp.cap.bgpsec.sendreceive", "Send/Receive", FieldBase.Dec, ValueNames.Of(() => [(0, "Receive"), (1, "Send")]), mask: 0x08),
            P.UInt8("bgp.cap.bgpsec.reserved", "Reserved", FieldBase.Hex, mask: 0x07, blurb: "Must be Zero")),
        P.UInt16("bgp.cap.bgpsec.afi", "AFI", FieldBase.Dec, BgpNames.Families));

    static readonly Layout Filters = new(
        P.UInt16("bgp.cap.orf.afi", "AFI", FieldBase.Dec, BgpNames.Families), Reserved.Of(1), P.UInt8("bgp.cap.orf.safi", "SAFI", FieldBase.Dec, BgpNames.SubFamilies), OrfNumber,
        Row.Times(OrfNumber, P.UInt8("bgp.cap.orf.type", "Type", FieldBase.Dec, BgpNames.OrfTypes), P.UInt8("bgp.cap.orf.sendreceive", "Send Receive", FieldBase.Dec, SendReceive)));

    static readonly Expert CapabilityLengthBad = P.Expert("bgp.cap.length.bad", Severity.Error, ExpertGroup.Malformed, "Capability length is wrong");
    static readonly Expert HelperModeOnly = P.Expert("bgp.cap.gr.helper_mode_only", Severity.Chat, ExpertGroup.Request, "Graceful Restart Capability supported in Helper mode only");

    internal static void Add(Packet p, in View v, Node tree)
    {
        int at = p.AddRows(tree, v, Bgp.HeaderLength, OpenHead), length = v.U8(at - 1);
        if (length == 0)
        {
            return;
        }

        var all = Bgp.Branch(p, tree, Parameters, v, at, length);
        for (int end = at + length; at < end;)
        {
            int type = v.U8(at);
            var parameter = Bgp.Branch(p, all, Parameter, v, at, int.MaxValue);
            if (ParameterTypes.Find((ulong)type) is { } name)
            {
                p.Label(parameter, $"Optional Parameter: {name}");
            }
            else
            {
                p.Label(parameter, $"Optional Parameter: Unknown Parameter {type}");
            }

            p.Add(parameter, ParameterType, v, at);
            int size = v.U8(at + 1);
            p.SetLength(parameter, 2 + size);
            p.Add(parameter, ParameterLength, v, at + 1);
            at += 2;
            if (type == CapabilityParameter)
            {
                for (int past = at + size; at < past;)
                {
                    at = AddCapability(p, v, parameter, at);
                }
            }
            else if (type == AuthenticationParameter)
            {
                p.Add(parameter, Authentication, v, at, size);
                at += size;
            }
            else
            {
                // tshark shows what is in a parameter that it does not know, and then looks for parameters in there.
                p.Add(all, UnknownParameter, v, at, size);
            }
        }
    }

    static int AddCapability(Packet p, in View v, Node tree, int at)
    {
        int type = v.U8(at), length = v.U8(at + 1);
        var branch = Bgp.Branch(p, tree, Capability, v, at, 2 + length);
        if (Capabilities.Find((ulong)type) is { } name)
        {
            p.Label(branch, $"Capability: {name}");
        }
        else
        {
            p.Label(branch, $"Capability: Unknown capability {type}");
        }

        p.Add(branch, CapabilityType, v, at);
        var lengthNode = p.Add(branch, CapabilityLength, v, at + 1);
        at += 2;
        var (rows, isRight, must) = type switch
        {
            0 or 2 or 6 or 70 or 128 => (null, length == 0, "wrong, must be = 0"),
            1 => (Multiprotocol, length == 4, "is wrong, must be = 4"),
            3 or 130 => (Filters, length >= 6, "too short, must be greater than 6"),
            5 => (NextHops, length % 6 == 0, "is wrong, must be multiple of 6"),
            7 => (Security, length == 3, "is wrong, must be = 3"),
            64 => (Restart, length is HelperModeLength or >= LeastRestartLength, "too short, must be greater than 6"),
            65 => (FourOctets, length == 4, "is wrong, must be = 4"),
            67 => (Dynamic, true, ""),
            131 => (Multisession, length > 0, "is wrong, must be greater than 0"),
            69 => (Paths, length % 4 == 0, "is wrong, must be multiple of  4"),
            73 => (Names, true, ""),
            _ => ((Layout?)null, true, ""),
        };
        if (!isRight)
        {
            p.Expert(lengthNode, CapabilityLengthBad, v, at - 1, 1, $"Capability length {length} {must}");
            p.Add(branch, UnknownCapability, v, at, length);
        }
        else if (rows is not null)
        {
            if (type == 64 && length == HelperModeLength)
            {
                p.Expert(lengthNode, HelperModeOnly, v, at - 1, 1);
            }

            v.Ensure(at, length);
            return at + p.AddRows(branch, v.Part(at, length), 0, rows);
        }
        else if (length > 0)
        {
            p.Add(branch, UnknownCapability, v, at, length);
        }

        return at + length;
    }
}
