#!/usr/bin/env bash
# The packages as their users see them: packs everything, installs the tool, and builds a program on the library.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet pack Wiretale.slnx -c Release -o "$work/packages" -v quiet -tl:off

# A folder of its own for everything restored: the version stays the same while its content changes.
export NUGET_PACKAGES=$work/restored
cat > "$work/nuget.config" << END
<configuration>
  <packageSources><clear /><add key="packed" value="$work/packages" /></packageSources>
</configuration>
END

cd "$work"
for package in Wiretale Wiretale.Wire Wiretale.Capture Wiretale.Dissection Wiretale.Analysis Wiretale.Lab; do
    ls packages/"$package".[0-9]*.nupkg > /dev/null
done

dotnet tool install Wiretale --tool-path "$work/tool" --configfile nuget.config > tool.log || { cat tool.log; exit 1; }
"$work/tool/wiretale" --version

mkdir consumer
cat > consumer/consumer.csproj << 'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Wiretale.Analysis" Version="*" />
  </ItemGroup>
</Project>
END
cat > consumer/Program.cs << 'END'
var second = new Wiretale.Wire.Timestamp(1, 0);
System.Console.WriteLine((second + second).TotalSeconds == 2 ? "consumed the library" : "wrong sum");
END
dotnet run --project consumer
